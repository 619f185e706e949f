import { ThawError } from '../../errors.ts';

/** Bytes of the archive, from `offset`; or bytes that stand in the layer only, inserted to make it a whole tar archive. */
export type Segment =
  | { readonly kind: 'archive'; readonly offset: number; readonly length: number }
  | { readonly kind: 'inserted'; readonly length: number };

const PART = /^(?:(0|[1-9]\d{0,15})\+|~)([1-9]\d{0,15})$/;

/**
 * The value of the annotation `dev.thaw.checkpoint.segments` on a layer's descriptor: what the uncompressed layer holds,
 * in order. `0+1536,~512,2048+10240` is 1,536 bytes of the archive from its start, 512 inserted bytes, then 10,240 bytes
 * of the archive from offset 2,048.
 */
export function formatSegments(segments: readonly Segment[]): string {
  return segments
    .map((segment) => (segment.kind === 'archive' ? `${segment.offset}+` : '~') + segment.length)
    .join(',');
}

/** The opposite of formatSegments. Throws IMAGE_NOT_CHECKPOINT for any text that formatSegments does not give. */
export function parseSegments(text: string): Segment[] {
  const segments = text.split(',').map((part) => parsePart(text, part));
  if (!Number.isSafeInteger(layerLength(segments))) throw broken('they are longer than any archive', text);
  return segments;
}

/** The value of `dev.thaw.checkpoint.layer-segments` on the manifest: every layer's segments, joined by `;`. */
export function joinSegments(layers: readonly (readonly Segment[])[]): string {
  return layers.map(formatSegments).join(';');
}

/**
 * The opposite of joinSegments, one text for each of `count` layers; none where the annotation is missing. Throws
 * IMAGE_NOT_CHECKPOINT for another number of texts.
 */
export function splitSegments(text: string | undefined, count: number): string[] {
  if (text === undefined) return [];
  const layers = text.split(';');
  if (layers.length !== count)
    throw broken(`the manifest says them of ${layers.length} layers, and has ${count}`, text);
  return layers;
}

/** Bytes of the uncompressed layer. */
export function layerLength(segments: readonly Segment[]): number {
  return segments.reduce((sum, { length }) => sum + length, 0);
}

/**
 * Throws IMAGE_NOT_CHECKPOINT unless the layers' segments together are the archive: each of its `size` bytes exactly
 * once, and in ascending order within a layer.
 */
export function assertWhole(layers: readonly (readonly Segment[])[], size: number): void {
  const parts = layers.map((segments) => segments.filter((segment) => segment.kind === 'archive'));
  for (const own of parts) assertAscending(own);
  let end = 0;
  for (const { offset, length } of parts.flat().sort((a, b) => a.offset - b.offset)) {
    if (offset !== end)
      throw broken(`archive byte ${Math.min(offset, end)} is ${offset > end ? 'missing' : 'there twice'}`);
    end += length;
  }
  if (end !== size) throw broken(`they hold ${end} bytes of an archive of ${size}`);
}

type ArchiveSegment = Extract<Segment, { kind: 'archive' }>;

function assertAscending(segments: readonly ArchiveSegment[]): void {
  for (const [index, { offset }] of segments.entries()) {
    const before = segments[index - 1];
    if (before !== undefined && before.offset + before.length > offset) {
      throw broken(`archive byte ${offset} comes behind byte ${before.offset + before.length - 1} in one layer`);
    }
  }
}

function parsePart(text: string, part: string): Segment {
  const [, offset, digits] = PART.exec(part) ?? [];
  const length = Number(digits);
  if (digits === undefined || !Number.isSafeInteger(length + Number(offset ?? 0)))
    throw broken(`"${clip(part)}" is none`, text);
  return offset === undefined ? { kind: 'inserted', length } : { kind: 'archive', offset: Number(offset), length };
}

function broken(why: string, text?: string): ThawError {
  return new ThawError('IMAGE_NOT_CHECKPOINT', {
    message: `the layers' segments do not make an archive: ${why}`,
    next: 'convert the archive again; nothing can be rebuilt from this image',
    facts: { why, ...(text === undefined ? {} : { segments: clip(text) }) },
  });
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
