import { PassThrough } from 'node:stream';
import type { Member } from '../../checkpoint/member.ts';
import { isThawError } from '../../errors.ts';
import { type Positioned, scanByPosition } from './by-position.ts';
import { type Sink, scanByStream } from './by-stream.ts';
import { fileRange } from './bytes.ts';
import { readChunks } from './chunk-reader.ts';
import { decompress } from './decompress.ts';
import type { ArchiveLimits } from './limits.ts';
import { compressionByMagic, MAGIC_LENGTH } from './magic.ts';
import { corrupt, type Place } from './place.ts';

/** The nested tar whose names are checked: what the container changed in its base image's file system. */
export const ROOTFS_DIFF = 'rootfs-diff.tar';

/**
 * Members of a nested tar that can be read by position, where it is plain (CRI-O, Podman), or else as a stream
 * (containerd compresses it). Offsets count from the nested tar's own first byte. ARCHIVE_CORRUPT when it is damaged,
 * ends too early or is no tar; ARCHIVE_TOO_MANY_MEMBERS, ARCHIVE_TOO_LARGE, DECOMPRESSION_BOMB.
 */
export async function scanNested(tar: Positioned): Promise<readonly Member[]> {
  const { source, place, start, size, limits, signal } = tar;
  if (size === 0) return [];
  const magic = await source.read(start, Math.min(MAGIC_LENGTH, size));
  if (compressionByMagic(magic) !== 'none')
    return scanNestedStream(fileRange(source, start, start + size, signal), place, limits);
  return asCorruption(place, async () => (await scanByPosition(tar)).members);
}

/** The same of a nested tar that comes as a stream, plain or compressed. */
export async function scanNestedStream(
  chunks: AsyncIterable<Buffer>,
  place: Place,
  limits: ArchiveLimits,
): Promise<readonly Member[]> {
  const reader = readChunks(chunks);
  const magic = await reader.take(MAGIC_LENGTH);
  if (magic.length === 0) return [];
  reader.giveBack(magic);
  const compression = compressionByMagic(magic);
  const rest = reader.rest();
  const plain = compression === 'none' ? rest : decompress({ chunks: rest, compression, place, limits });
  return asCorruption(place, async () => (await scanByStream({ chunks: plain, place, limits })).members);
}

/** Takes a nested tar out of the stream of its archive; hands its members to `onMembers`. */
export function nestedSink(place: Place, limits: ArchiveLimits, onMembers: (members: readonly Member[]) => void): Sink {
  const pipe = new PassThrough();
  pipe.on('error', () => {});
  const scan = scanNestedStream(pipe, place, limits);
  const settled = scan.then(
    () => {},
    () => {},
  );
  return {
    write: async (piece) => {
      if (pipe.destroyed || pipe.write(Buffer.from(piece))) return;
      await Promise.race([new Promise((resolve) => pipe.once('drain', resolve)), settled]);
    },
    finish: async () => {
      pipe.end();
      onMembers(await scan);
    },
    abandon: () => void pipe.destroy(),
  };
}

/** A nested tar that ends too early or is none is the archive's corruption. */
async function asCorruption<T>(place: Place, scan: () => Promise<T>): Promise<T> {
  try {
    return await scan();
  } catch (error) {
    if (!isThawError(error, 'ARCHIVE_TRUNCATED') && !isThawError(error, 'ARCHIVE_NOT_TAR')) throw error;
    throw corrupt(place, 0, error.found, error);
  }
}
