import { once } from 'node:events';
import type { InflateRaw, ZstdDecompress } from 'node:zlib';

/** One of Node's decompressors. */
export type Decoder = InflateRaw | ZstdDecompress;

/** Bytes that a decoder gives at once. */
export const DECODED_CHUNK = 2 ** 18;

/**
 * Runs a decoder over what `next` gives, until that gives undefined or the decoder has found the end of its stream; gives
 * what comes out. A fault of `next` comes through as it is; a fault of the decoder is Node's own error. The decoder's
 * `bytesWritten` is then what it has taken.
 */
export async function* decode(decoder: Decoder, next: () => Promise<Buffer | undefined>): AsyncGenerator<Buffer, void> {
  const closed = once(decoder, 'close').catch(() => {});
  const feeding = feed(decoder, next, closed);
  try {
    for await (const chunk of decoder) yield chunk;
  } finally {
    decoder.destroy();
    await feeding;
  }
}

/** Waits for each chunk to be taken before it asks for the next, so that what the decoder leaves is of the last one. */
async function feed(
  decoder: Decoder,
  next: () => Promise<Buffer | undefined>,
  closed: Promise<unknown>,
): Promise<void> {
  let given = 0;
  try {
    for (let chunk = await next(); chunk !== undefined; chunk = await next()) {
      given += chunk.length;
      await Promise.race([taken(decoder, chunk), closed]);
      if (decoder.destroyed || decoder.bytesWritten < given) return;
    }
    decoder.end();
  } catch (error) {
    decoder.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Resolves on a fault as well: the decoder carries it to whoever reads it. */
function taken(decoder: Decoder, chunk: Buffer): Promise<void> {
  return new Promise((resolve) => decoder.write(chunk, () => resolve()));
}
