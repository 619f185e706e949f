import { createHash } from 'node:crypto';
import { notCheckpoint } from '../../checkpoint/annotations.ts';
import { errnoOf, ThawError } from '../../errors.ts';
import { finishDigest } from '../../oci/digest.ts';
import type { Target } from '../../registry/target.ts';
import { decompressor } from './compress.ts';
import type { ImageLayer } from './read.ts';
import { layerLength, type Segment } from './segments.ts';

/** A layer whose segments are known: one that the archive can be rebuilt from. */
export type ArchiveLayer = ImageLayer & { readonly segments: readonly Segment[] };

/** Bytes of the archive and where they stand in it. */
export interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * A layer's pieces of the archive, ascending, fetched and decompressed on the way. Digest and diff ID are verified at
 * the end: only what ended without an error is the archive's. No more is decompressed than the segments say.
 * DIGEST_MISMATCH, IMAGE_NOT_CHECKPOINT, CANCELLED, and what the target throws.
 */
export async function* layerPieces(target: Target, layer: ArchiveLayer, signal?: AbortSignal): AsyncGenerator<Piece> {
  const blob = await target.getBlob(layer.digest, { size: layer.size, signal });
  yield* scatter(verified(layer, plainBytes(layer, blob)), layer.segments);
}

/** Puts consecutive bytes of a layer where its segments say, and drops what was inserted. */
async function* scatter(chunks: AsyncIterable<Uint8Array>, segments: readonly Segment[]): AsyncGenerator<Piece> {
  let index = 0;
  let done = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const segment = segments[index];
      if (segment === undefined) return;
      const bytes = chunk.subarray(at, at + segment.length - done);
      if (segment.kind === 'archive') yield { offset: segment.offset + done, bytes };
      at += bytes.length;
      done += bytes.length;
      if (done < segment.length) continue;
      index += 1;
      done = 0;
    }
  }
}

async function* verified(layer: ArchiveLayer, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const length = layerLength(layer.segments);
  // An uncompressed layer's diff ID is its digest, which the target verifies.
  const hash = layer.compression === 'none' ? undefined : createHash('sha256');
  let read = 0;
  for await (const chunk of chunks) {
    read += chunk.length;
    if (read > length) throw notCheckpoint(`layer ${layer.digest} holds more than the ${length} bytes that it says`);
    hash?.update(chunk);
    yield chunk;
  }
  if (read < length) throw notCheckpoint(`layer ${layer.digest} holds ${read} bytes and says ${length}`);
  const found = hash === undefined ? layer.digest : finishDigest(hash);
  if (found !== layer.diffId) throw wrongDiffId(layer, found);
}

async function* plainBytes(layer: ArchiveLayer, blob: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* decompressor(layer.compression)(blob);
  } catch (error) {
    if (/^(?:Z_|ZSTD_)/.test(errnoOf(error) ?? '')) throw damaged(layer, error);
    throw error;
  }
}

function damaged({ digest, compression }: ArchiveLayer, cause: unknown): ThawError {
  return notCheckpoint(`layer ${digest} is no ${compression} stream`, {}, cause);
}

function wrongDiffId({ digest, diffId }: ArchiveLayer, found: string): ThawError {
  return new ThawError('DIGEST_MISMATCH', {
    message: `layer ${digest} holds bytes with the digest ${found}, where the config says ${diffId}`,
    next: 'convert the archive again; nothing can be rebuilt from this image',
    facts: { layer: digest, found, expected: diffId },
  });
}
