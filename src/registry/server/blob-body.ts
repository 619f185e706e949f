import { RegistryError } from './errors.ts';
import { bodyOf, type Exchange } from './exchange.ts';

/** The bytes of a blob in a request's body, of which `before` have arrived already. SIZE_INVALID with 413 for too many. */
export function blobBody(exchange: Exchange, before: number): AsyncIterable<Uint8Array> {
  const largest = exchange.limits.blob;
  const length = exchange.req.headers['content-length'];
  if (length === undefined) return limited(bodyOf(exchange), before, largest);
  const announced = before + Number(length);
  if (announced > largest) throw tooLarge(largest, announced);
  return bodyOf(exchange);
}

async function* limited(body: AsyncIterable<Uint8Array>, before: number, largest: number): AsyncGenerator<Uint8Array> {
  let size = before;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > largest) throw tooLarge(largest, size);
    yield chunk;
  }
}

function tooLarge(largest: number, found: number): RegistryError {
  return new RegistryError('SIZE_INVALID', { status: 413, details: [{ largest, found }] });
}
