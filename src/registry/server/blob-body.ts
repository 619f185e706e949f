import { CHUNK_BYTES } from '../../oci/chunk-pool.ts';
import { RegistryError } from './errors.ts';
import { bodyOf, type Exchange, letSend } from './exchange.ts';
import { gather } from './gather.ts';

/**
 * The bytes of a blob in a request's body, of which `before` have arrived already; whole chunks of the common pool are
 * their reader's to recycle. SIZE_INVALID with 413 for too many.
 */
export function blobBody(exchange: Exchange, before: number): AsyncIterable<Uint8Array> {
  const largest = exchange.limits.blob;
  const length = exchange.req.headers['content-length'];
  const check = (size: number) => {
    if (size > largest) throw tooLarge(largest, size);
  };
  if (length !== undefined) check(before + Number(length));
  if (length !== undefined && Number(length) < CHUNK_BYTES) return bodyOf(exchange);
  letSend(exchange);
  return gather(exchange.req, (size) => check(before + size));
}

function tooLarge(largest: number, found: number): RegistryError {
  return new RegistryError('SIZE_INVALID', { status: 413, details: [{ largest, found }] });
}
