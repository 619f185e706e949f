import type { Compression } from '../../oci/media-types.ts';

/** How many first bytes tell. */
export const MAGIC_LENGTH = 4;

/** How a file is compressed, by its first bytes: gzip (RFC 1952, 2.3.1), zstd (RFC 8878, 3.1.1 and 3.1.2), or not. */
export function compressionByMagic(bytes: Buffer): Compression {
  if (bytes.length >= 2 && bytes.readUInt16BE() === GZIP) return 'gzip';
  if (bytes.length >= MAGIC_LENGTH && isZstdMagic(bytes.readUInt32LE())) return 'zstd';
  return 'none';
}

/** Whether four bytes, little endian, begin a zstd frame that holds no data. */
export function isSkippable(magic: number): boolean {
  return (magic & 0xff_ff_ff_f0) >>> 0 === SKIPPABLE;
}

const GZIP = 0x1f8b;
const ZSTD = 0xfd2f_b528;
const SKIPPABLE = 0x184d_2a50;

function isZstdMagic(magic: number): boolean {
  return magic === ZSTD || isSkippable(magic);
}
