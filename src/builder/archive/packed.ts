import { createHash, type Hash } from 'node:crypto';
import type { Member } from '../../checkpoint/member.ts';
import { finishDigest } from '../../oci/digest.ts';
import type { Archive } from './archive.ts';
import { type Sink, scanByStream } from './by-stream.ts';
import { fileRange } from './bytes.ts';
import { type Compressed, decompress } from './decompress.ts';
import type { FedScan } from './feed.ts';
import { createKeeper, type Keeper } from './kept.ts';
import type { ArchiveLimits } from './limits.ts';
import { nestedSink, ROOTFS_DIFF } from './nested.ts';
import { fault } from './place.ts';
import type { Scanned } from './plain.ts';
import { findFile, refuseDump } from './read-whole.ts';
import type { Source } from './source.ts';
import { trailingData } from './trailing.ts';

/** A compressed archive's file. */
interface Packed {
  readonly source: Source;
  readonly compression: Compressed['compression'];
  readonly limits: ArchiveLimits;
}

/**
 * Scans a compressed archive in one pass over it, which also hashes the file and what is in it. Nothing is spooled: `bytes`
 * decompresses again from the file's start. Codes as openArchive.
 */
export async function scanPacked(packed: Packed, signal?: AbortSignal): Promise<Scanned> {
  const { source, compression, limits } = packed;
  const keeper = createKeeper(limits.kept);
  const pass = await onePass(packed, keeper, signal);
  const { members, end } = pass.scan;
  return {
    compression,
    members,
    size: end,
    warnings: warningsOf(source, pass),
    ...(pass.asIs === undefined ? {} : { asIs: pass.asIs }),
    ...(pass.rootfsDiff === undefined ? {} : { rootfsDiff: pass.rootfsDiff }),
    bytes: (from, to, cancel) => unpackedRange(packed, from, to, cancel),
    read: async (name) => {
      const member = findFile(members, name);
      if (member === undefined) return undefined;
      return keeper.get(member) ?? refuseDump(source.path, member, limits.kept);
    },
  };
}

interface Pass {
  readonly scan: FedScan;
  readonly asIs?: NonNullable<Archive['asIs']>;
  readonly rootfsDiff?: readonly Member[];
  /** Where the compressed stream ended, when other bytes stand behind it. */
  readonly staleFrom?: number;
}

async function onePass({ source, compression, limits }: Packed, keeper: Keeper, signal?: AbortSignal): Promise<Pass> {
  const place = { path: source.path };
  const found: { rootfsDiff?: readonly Member[]; staleFrom?: number } = {};
  const onStale = (end: number): void => {
    found.staleFrom = end;
  };
  const onNested = (members: readonly Member[]): void => {
    found.rootfsDiff = members;
  };
  const sinkFor = (member: Member): Sink | undefined =>
    isRootfsDiff(member) ? nestedSink({ ...place, member: ROOTFS_DIFF }, limits, onNested) : keeper.sinkFor(member);
  const [file, content] = [createHash('sha256'), createHash('sha256')];
  const chunks = hashing(fileRange(source, 0, source.size, signal), file);
  const plain = hashing(decompress({ chunks, compression, place, limits, onStale }), content);
  const scan = await scanByStream({ chunks: plain, place, limits, sinkFor });
  const isWhole = found.staleFrom === undefined && !scan.isStale;
  return {
    ...found,
    scan,
    ...(isWhole ? { asIs: { digest: finishDigest(file), diffId: finishDigest(content) } } : {}),
  };
}

function isRootfsDiff({ name, type }: Member): boolean {
  return name === ROOTFS_DIFF && type === 'file';
}

async function* hashing(chunks: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer, void> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

function warningsOf(source: Source, { scan, staleFrom }: Pass): Scanned['warnings'] {
  const inside = scan.isStale ? [trailingData(source.path, scan.end, scan.size - scan.end)] : [];
  const behind = staleFrom === undefined ? [] : [trailingData(source.path, staleFrom, source.size - staleFrom)];
  return [...inside, ...behind];
}

async function* unpackedRange(
  { source, compression, limits }: Packed,
  start: number,
  end: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void> {
  if (start >= end) return;
  const chunks = fileRange(source, 0, source.size, signal);
  let offset = 0;
  for await (const chunk of decompress({ chunks, compression, place: { path: source.path }, limits })) {
    const piece = chunk.subarray(Math.max(0, start - offset), end - offset);
    offset += chunk.length;
    if (piece.length > 0) yield piece;
    if (offset >= end) return;
  }
  throw fault(
    'ARCHIVE_CHANGED',
    { path: source.path },
    {
      message: `${source.path} changed while it was read: it holds ${offset} uncompressed bytes, where byte ${end} is wanted`,
      next: 'convert again when nothing writes to the archive any more',
      facts: { found: offset, expected: end },
    },
  );
}
