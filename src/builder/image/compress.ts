import { pipeline, Readable } from 'node:stream';
import { constants, createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib';
import type { Compression } from '../../oci/media-types.ts';

/** Memory is mostly zeros or random: higher levels cost much time and save little. Part of every digest: never change. */
const GZIP_LEVEL = 1;
const ZSTD_LEVEL = 3;
const CHUNK = 256 * 1024;

/** A stream of chunks through a (de)compressor, with back-pressure both ways; whoever stops reading stops the source. */
export type Codec = (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/**
 * The compressor of `size` bytes. The same bytes give the same compressed bytes however they are cut into chunks, with
 * the same Node.js release: gzip's header has no time (RFC 1952, MTIME 0), zstd is told the size beforehand.
 */
export function compressor(compression: Compression, size: number): Codec {
  if (compression === 'none') return (chunks) => chunks;
  if (compression === 'gzip') return (chunks) => through(chunks, createGzip({ level: GZIP_LEVEL, chunkSize: CHUNK }));
  const params = { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL };
  return (chunks) => through(chunks, createZstdCompress({ params, pledgedSrcSize: size, chunkSize: CHUNK }));
}

/** The decompressor; damaged input ends in the error of node:zlib. */
export function decompressor(compression: Compression): Codec {
  if (compression === 'none') return (chunks) => chunks;
  const create = compression === 'gzip' ? createGunzip : createZstdDecompress;
  return (chunks) => through(chunks, create({ chunkSize: CHUNK }));
}

async function* through(
  chunks: AsyncIterable<Uint8Array>,
  codec: NodeJS.ReadWriteStream & AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  // The error reaches the reader through the codec, which pipeline destroys with it.
  pipeline(Readable.from(chunks), codec, () => {});
  yield* codec;
}
