import { imageInvalid } from './invalid.ts';

/** First word of every image but the inventory (criu/include/magic.h, IMG_COMMON_MAGIC). */
const COMMON_MAGIC = 0x54564319;

/** Second word of the images that thaw reads, and the inventory's only one (criu/include/magic.h). */
export const MAGIC = {
  inventory: 0x58313116,
  pstree: 0x50273030,
  core: 0x55053847,
  pagemap: 0x56084025,
  files: 0x56303138,
  mountpoints: 0x55563928,
  ids: 0x54432030,
} as const;

export type ImageKind = keyof typeof MAGIC;

/** Where one entry's protobuf message stands in its image: bytes `start` to `end` (exclusive). */
export interface ImageEntry {
  readonly start: number;
  readonly end: number;
}

const WORD = 4;

/**
 * The entries of one of CRIU's images: the magic words, then for each entry its size in four little-endian bytes and a
 * protobuf message of that size (criu/image.c, img_check_magic; criu/protobuf.c, pb_read_one). Throws CRIU_IMAGE_INVALID
 * on wrong magic words and on an entry that the image does not hold whole.
 */
export function* entriesOf(image: string, bytes: Uint8Array, kind: ImageKind): Generator<ImageEntry> {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = kind === 'inventory' ? [MAGIC.inventory] : [COMMON_MAGIC, MAGIC[kind]];
  magic.forEach((word, index) => {
    expectWord(image, words, index * WORD, word);
  });
  for (let at = magic.length * WORD; at < bytes.length; ) {
    const start = at + WORD;
    const end = start + readWord(image, words, at);
    if (end > bytes.length) throw imageInvalid(image, at, `an entry of ${end - start} bytes runs over the end`);
    yield { start, end };
    at = end;
  }
}

/** The first entry of an image that must have one. Throws CRIU_IMAGE_INVALID. */
export function firstEntry(image: string, bytes: Uint8Array, kind: ImageKind): ImageEntry {
  for (const entry of entriesOf(image, bytes, kind)) return entry;
  throw imageInvalid(image, bytes.length, 'it has no entry');
}

function expectWord(image: string, words: DataView, at: number, wanted: number): void {
  const found = readWord(image, words, at);
  if (found !== wanted) throw imageInvalid(image, at, `the magic word is ${hex(found)}, not ${hex(wanted)}`);
}

function readWord(image: string, words: DataView, at: number): number {
  if (at + WORD > words.byteLength) throw imageInvalid(image, words.byteLength, 'it ends too early');
  return words.getUint32(at, true);
}

function hex(word: number): string {
  return `0x${word.toString(16).padStart(8, '0')}`;
}
