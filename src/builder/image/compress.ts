import { type Duplex, pipeline } from 'node:stream';
import { constants, createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib';
import type { Compression } from '../../oci/media-types.ts';
import { evenChunks } from './bytes.ts';

/** Memory is mostly zeros or random: higher levels cost much time and save little. Part of every digest. */
const GZIP_LEVEL = 1;
const ZSTD_LEVEL = 3;
/**
 * What a compressor is given at a time; part of every digest, since zstd's output depends on how its input is cut. It is
 * above the codecs' high-water mark, so each chunk is through before the next comes or the input ends.
 */
const INPUT = 128 * 1024;
const OUTPUT = 256 * 1024;

/** A stream of chunks through a (de)compressor, with back-pressure both ways; whoever stops reading stops the source. */
export type Codec = (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/**
 * The compressor of `size` bytes. The same bytes give the same compressed bytes however they are cut into chunks, with
 * the same Node.js release: gzip's header has no time (RFC 1952, MTIME 0), zstd is told the size beforehand.
 */
export function compressor(compression: Compression, size: number): Codec {
  if (compression === 'none') return (chunks) => chunks;
  const create = (): Duplex =>
    compression === 'gzip'
      ? createGzip({ level: GZIP_LEVEL, chunkSize: OUTPUT })
      : createZstdCompress({
          params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL },
          pledgedSrcSize: size,
          chunkSize: OUTPUT,
        });
  return (chunks) => through(evenChunks(chunks, INPUT), create());
}

/** The decompressor; damaged input ends in the error of node:zlib. */
export function decompressor(compression: Compression): Codec {
  if (compression === 'none') return (chunks) => chunks;
  const create = compression === 'gzip' ? createGunzip : createZstdDecompress;
  return (chunks) => through(chunks, create({ chunkSize: OUTPUT }));
}

async function* through(chunks: AsyncIterable<Uint8Array>, codec: Duplex): AsyncGenerator<Uint8Array> {
  // The reader meets the error in the codec, which pipeline destroys with it.
  pipeline(chunks, codec, () => {});
  yield* codec;
}
