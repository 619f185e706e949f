import { createHash } from 'node:crypto';
import { ThawError } from '../../errors.ts';
import { type Digest, finishDigest } from '../../oci/digest.ts';
import type { Compression } from '../../oci/media-types.ts';
import type { BlobSource } from '../../registry/target.ts';
import type { Archive } from '../archive/archive.ts';
import { countBytes, skipBytes } from './bytes.ts';
import { compressor } from './compress.ts';
import { type LayerPlan, type Part, partLength, segmentsOf } from './layer-plan.ts';
import type { Segment } from './segments.ts';

/** A layer that is yet to be sent. */
export interface Layer {
  readonly segments: readonly Segment[];
  readonly compression: Compression;
  /** The blob's bytes, read from the archive each time they are asked for; nothing is kept. */
  readonly source: BlobSource;
  /** The digest of the uncompressed layer, given the blob's; for a compressed layer known once it was read to its end. */
  diffId(blob: Digest): Digest;
}

/** How a layer is made. */
export interface LayerOptions {
  readonly compression: Compression;
  /** Hears how many bytes of the layer stand in the archive and have been read; goes back when a pass starts anew. */
  readonly onBytes?: ((read: number) => void) | undefined;
}

/** The layer that a plan describes. Uncompressed it is read from any offset; compressed, it is made anew up to there. */
export function plannedLayer(archive: Archive, plan: LayerPlan, { compression, onBytes }: LayerOptions): Layer {
  const segments = segmentsOf(plan);
  const read = (offset: number, signal?: AbortSignal) => planBytes(archive, plan, { offset, signal, onBytes });
  if (compression === 'none') {
    const size = plan.reduce((sum, part) => sum + partLength(part), 0);
    return { segments, compression, source: { size, open: read }, diffId: (blob) => blob };
  }
  return { segments, compression, ...compressedSource(plan, compression, read) };
}

/** The archive's file as it is, already compressed, as the only layer. Undefined where it cannot be (Archive.asIs). */
export function fileLayer(archive: Archive, { onBytes }: Pick<LayerOptions, 'onBytes'>): Layer | undefined {
  const { asIs, size, fileSize, compression } = archive;
  if (asIs === undefined) return undefined;
  const share = size / fileSize;
  const open = (offset: number, signal?: AbortSignal): AsyncIterable<Uint8Array> =>
    countBytes(archive.fileBytes(offset, signal), (read) => onBytes?.(Math.round((offset + read) * share)));
  const segments = segmentsOf([{ kind: 'archive', start: 0, end: size }]);
  return { segments, compression, source: { size: fileSize, digest: asIs.digest, open }, diffId: () => asIs.diffId };
}

function compressedSource(
  plan: LayerPlan,
  compression: Compression,
  read: (offset: number, signal?: AbortSignal) => AsyncIterable<Uint8Array>,
): Pick<Layer, 'source' | 'diffId'> {
  let known: Digest | undefined;
  const compress = compressor(
    compression,
    plan.reduce((sum, part) => sum + partLength(part), 0),
  );
  const open = (offset: number, signal?: AbortSignal): AsyncIterable<Uint8Array> =>
    skipBytes(compress(hashed(read(0, signal), (digest) => (known = digest))), offset);
  const diffId = (): Digest => {
    if (known === undefined) throw unread();
    return known;
  };
  return { source: { open }, diffId };
}

interface Pass {
  readonly offset: number;
  readonly signal: AbortSignal | undefined;
  readonly onBytes: ((read: number) => void) | undefined;
}

async function* planBytes(
  archive: Archive,
  plan: LayerPlan,
  { offset, signal, onBytes }: Pass,
): AsyncGenerator<Uint8Array> {
  let skip = offset;
  let before = 0;
  for (const part of plan) {
    const length = partLength(part);
    const from = Math.min(skip, length);
    skip -= from;
    if (part.kind !== 'archive') {
      yield* partBytes(archive, part, from, signal);
      continue;
    }
    const done = before + from;
    yield* countBytes(partBytes(archive, part, from, signal), (read) => onBytes?.(done + read));
    before += length;
  }
}

async function* partBytes(
  archive: Archive,
  part: Part,
  from: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (from === partLength(part)) return;
  if (part.kind === 'zeros') yield Buffer.alloc(part.length - from);
  else yield* archive.bytes(part.start + from, part.end, signal);
}

async function* hashed(
  chunks: AsyncIterable<Uint8Array>,
  onDigest: (digest: Digest) => void,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
  onDigest(finishDigest(hash));
}

function unread(): ThawError {
  return new ThawError('INTERNAL', {
    message: 'the diff ID of a compressed layer was asked for before the layer was read',
    next: 'report this',
  });
}
