import type { Digest } from '../../oci/digest.ts';
import type { CallOptions } from '../target.ts';
import type { Connection } from './connection.ts';
import { blobUrl } from './endpoint.ts';
import { protocolError } from './protocol-error.ts';
import { send } from './request.ts';
import { pullScopes } from './scopes.ts';
import type { HttpAnswer } from './transport.ts';

/**
 * The size in bytes of a blob, by HEAD; undefined when the repository has not got it. Throws REGISTRY_PROTOCOL when the
 * registry has it and does not say its size.
 */
export async function hasBlob(
  connection: Connection,
  digest: Digest,
  { signal }: CallOptions = {},
  scopes: readonly string[] = pullScopes(connection.endpoint),
): Promise<number | undefined> {
  const url = blobUrl(connection.endpoint, digest);
  const answer = await send(connection, { method: 'HEAD', url, scopes, signal, expect: [200, 404] });
  if (answer.status === 404) return undefined;
  const size = contentLength(answer);
  if (size === undefined) throw protocolError(answer, 'but without a Content-Length', { digest });
  return size;
}

/** The Content-Length of an answer in bytes. */
export function contentLength(answer: HttpAnswer): number | undefined {
  const text = answer.header('content-length');
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
