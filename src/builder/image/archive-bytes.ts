import { notCheckpoint, THAW } from '../../checkpoint/annotations.ts';
import type { Target } from '../../registry/target.ts';
import { type ArchiveLayer, layerPieces, type Piece } from './layer-bytes.ts';
import type { CheckpointImage, ImageLayer } from './read.ts';
import { assertWhole } from './segments.ts';

/**
 * The image's layers, when together they hold each byte of the archive once. IMAGE_NOT_CHECKPOINT otherwise, and for
 * layers that another program made: those hold the archive's files, not its bytes.
 */
export function archiveLayers({ layers, facts }: CheckpointImage): readonly ArchiveLayer[] {
  if (!layers.every(hasSegments)) {
    throw notCheckpoint(`its layers carry no ${THAW.segments}: engine buildah keeps an archive's files, not its bytes`);
  }
  assertWhole(
    layers.map(({ segments }) => segments),
    facts.archiveSize,
  );
  return layers;
}

/** The archive's bytes from first to last, read from all layers in step. Codes as layerPieces. */
export async function* archiveBytes(
  target: Target,
  layers: readonly ArchiveLayer[],
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const readers = layers.map((layer) => layerPieces(target, layer, signal));
  try {
    for (const { layer, length } of inArchiveOrder(layers)) yield* take(readers[layer], length);
    for (const reader of readers) await reader.next(); // to the end, where digests are verified
  } finally {
    for (const reader of readers) await reader.return(undefined);
  }
}

async function* take(reader: AsyncGenerator<Piece> | undefined, length: number): AsyncGenerator<Uint8Array> {
  for (let left = length; left > 0 && reader !== undefined; ) {
    const { value, done } = await reader.next();
    if (done === true) return;
    left -= value.bytes.length;
    yield value.bytes;
  }
}

function inArchiveOrder(layers: readonly ArchiveLayer[]): { layer: number; offset: number; length: number }[] {
  const parts = layers.flatMap(({ segments }, layer) =>
    segments.flatMap((part) => (part.kind === 'archive' ? [{ layer, offset: part.offset, length: part.length }] : [])),
  );
  return parts.sort((a, b) => a.offset - b.offset);
}

function hasSegments(layer: ImageLayer): layer is ArchiveLayer {
  return layer.segments !== undefined;
}
