import { type Digest, splitDigest } from '../../oci/digest.ts';
import type { GetBlobOptions } from '../target.ts';
import { contentLength } from './blobs.ts';
import { cancelled } from './cancel.ts';
import type { Connection } from './connection.ts';
import { blobUrl } from './endpoint.ts';
import { createHasher } from './hash.ts';
import { networkFailure } from './network-errors.ts';
import { protocolError } from './protocol-error.ts';
import { sendOnce } from './request.ts';
import { createPatience, withRetry } from './retry.ts';
import { pullScopes } from './scopes.ts';
import type { HttpAnswer } from './transport.ts';
import { mismatch } from './verify.ts';

/** A download that gets on by this much has its tries back. */
const PROGRESS = 1024 * 1024;

/**
 * A blob's bytes: see Target.getBlob. A break is mended by a Range request from where it broke. The stream holds a
 * connection until it is read to its end, left early, or its signal is given.
 */
export async function getBlob(
  connection: Connection,
  digest: Digest,
  options: GetBlobOptions = {},
): Promise<AsyncIterable<Uint8Array>> {
  const first = await requestFrom(connection, digest, 0, options);
  const size = options.size ?? contentLength(first);
  return verified(download(connection, { digest, size, first, options }), digest, size);
}

interface Download {
  readonly digest: Digest;
  readonly size: number | undefined;
  readonly first: HttpAnswer;
  readonly options: GetBlobOptions;
}

/** The bytes as they come, over as many connections as it takes. */
async function* download(connection: Connection, { digest, size, first, options }: Download): AsyncGenerator<Buffer> {
  const patience = createPatience(connection);
  let answer = first;
  let position = 0;
  let renewedAt = 0;
  for (;;) {
    try {
      for await (const chunk of bodyFrom(answer, position)) {
        position += chunk.byteLength;
        yield chunk;
      }
      return;
    } catch (error) {
      if (options.signal?.aborted) throw cancelled(options.signal);
      if (position - renewedAt >= PROGRESS) {
        patience.renew();
        renewedAt = position;
      }
      await patience.afterFailure(networkFailure(error, answer.method, answer.url), options.signal);
    }
    if (position === size) return;
    answer = await requestFrom(connection, digest, position, options);
  }
}

/** An answer's bytes from `position` on; a registry that knows no ranges sends them all again. */
async function* bodyFrom(answer: HttpAnswer, position: number): AsyncGenerator<Buffer> {
  let skip = answer.status === 206 ? 0 : position;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    const rest = chunk.subarray(skip);
    skip -= chunk.byteLength - rest.byteLength;
    if (rest.byteLength > 0) yield rest;
  }
}

async function* verified(
  bytes: AsyncIterable<Buffer>,
  digest: Digest,
  size: number | undefined,
): AsyncGenerator<Uint8Array> {
  const hasher = createHasher(splitDigest(digest).algorithm);
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.byteLength;
    if (size !== undefined && length > size) throw wrongSize(digest, size, length);
    const hashing = hasher.update(chunk);
    if (hashing !== undefined) await hashing;
    yield chunk;
  }
  if (size !== undefined && length !== size) throw wrongSize(digest, size, length);
  const found = await hasher.digest();
  if (found !== digest) throw mismatch(`the registry sent ${found} for ${digest}`, { wanted: digest, found });
}

async function requestFrom(
  connection: Connection,
  digest: Digest,
  position: number,
  { signal }: GetBlobOptions,
): Promise<HttpAnswer> {
  const answer = await withRetry(connection, signal, () =>
    sendOnce(connection, {
      method: 'GET',
      url: blobUrl(connection.endpoint, digest),
      headers: position === 0 ? {} : { range: `bytes=${position}-` },
      scopes: pullScopes(connection.endpoint),
      signal,
      expect: position === 0 ? [200] : [200, 206],
    }),
  );
  if (answer.status === 206) await assertBegins(answer, position);
  return answer;
}

async function assertBegins(answer: HttpAnswer, position: number): Promise<void> {
  const range = answer.header('content-range');
  const start = /^bytes (\d+)-/.exec(range ?? '')?.[1];
  if (start !== undefined && Number(start) === position) return;
  answer.body.destroy();
  throw protocolError(answer, `and Content-Range "${range ?? ''}" where bytes from ${position} were asked for`, {
    range: range ?? null,
    position,
  });
}

function wrongSize(digest: Digest, wanted: number, found: number) {
  const more = found > wanted ? 'at least ' : '';
  return mismatch(`the registry sent ${more}${found} bytes for ${digest}, which has ${wanted}`, {
    digest,
    wanted,
    found,
  });
}
