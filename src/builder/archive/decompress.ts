import { errnoOf, ThawError } from '../../errors.ts';
import type { Compression } from '../../oci/media-types.ts';
import { type ChunkReader, readChunks } from './chunk-reader.ts';
import { gunzip } from './gunzip.ts';
import type { ArchiveLimits } from './limits.ts';
import { corrupt, fault, nameOf, type Place } from './place.ts';
import { streamCut } from './shortfall.ts';
import { unzstd } from './unzstd.ts';

/** A compressed stream and what it may become. */
export interface Compressed {
  readonly chunks: AsyncIterable<Buffer>;
  readonly compression: Exclude<Compression, 'none'>;
  readonly place: Place;
  readonly limits: ArchiveLimits;
  /** Called with the compressed stream's length when other bytes stand behind it; they are not read. */
  readonly onStale?: ((end: number) => void) | undefined;
}

/**
 * Decompresses a gzip or zstd stream under the limits on ratio and size.
 * DECOMPRESSION_BOMB, ARCHIVE_TRUNCATED, ARCHIVE_CORRUPT; a fault of `chunks` comes through as it is.
 */
export async function* decompress(stream: Compressed): AsyncGenerator<Buffer, void> {
  const reader = readChunks(stream.chunks);
  const unpack = stream.compression === 'gzip' ? gunzip : unzstd;
  let size = 0;
  try {
    for await (const chunk of unpack(reader, stream.place)) {
      size += chunk.length;
      refuseBomb(stream, reader.offset, size);
      yield chunk;
    }
    await reportStale(stream, reader);
  } catch (error) {
    throw decoderFault(stream.place, reader.offset, error);
  } finally {
    await reader.close();
  }
}

async function reportStale({ onStale }: Compressed, reader: ChunkReader): Promise<void> {
  const end = reader.offset;
  if ((await reader.take(1)).length > 0) onStale?.(end);
}

function refuseBomb({ place, limits }: Compressed, read: number, size: number): void {
  const isTooLarge = size > limits.decompressedSize;
  const isTooDense = size > limits.ratioFrom && size > read * limits.ratio;
  if (!isTooLarge && !isTooDense) return;
  const limit = isTooLarge ? `${limits.decompressedSize} bytes` : `${limits.ratio} times its size`;
  throw fault('DECOMPRESSION_BOMB', place, {
    message: `${nameOf(place)} grows beyond ${limit}: ${read} compressed bytes became ${size}`,
    next: 'if you know who made it, decompress it yourself and give the plain tar',
    facts: { read, size, ratioLimit: limits.ratio, sizeLimit: limits.decompressedSize },
  });
}

/** Node's errors of a decompressor, as ours. */
function decoderFault(place: Place, offset: number, error: unknown): unknown {
  if (error instanceof ThawError) return error;
  const code = errnoOf(error) ?? '';
  if (code === 'Z_BUF_ERROR') return streamCut(place, offset);
  if (code.startsWith('Z_') || code.startsWith('ZSTD_'))
    return corrupt(place, offset, `its compressed stream does not decode (${code})`, error);
  return error;
}
