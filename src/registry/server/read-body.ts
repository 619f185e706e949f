import { RegistryError } from './errors.ts';
import { bodyOf, type Exchange } from './exchange.ts';

/** A request's whole body, of at most `largest` bytes: SIZE_INVALID with status 413. */
export async function readBody(exchange: Exchange, largest: number): Promise<Buffer> {
  const announced = Number(exchange.req.headers['content-length'] ?? 0);
  if (announced > largest) throw tooLarge(largest, announced);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bodyOf(exchange)) {
    size += chunk.byteLength;
    if (size > largest) throw tooLarge(largest, size);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(largest: number, found: number): RegistryError {
  return new RegistryError('SIZE_INVALID', { status: 413, details: [{ largest, found }] });
}
