import { isThawError } from '../../../errors.ts';
import type { Digest } from '../../../oci/digest.ts';
import type { UploadSession } from '../../storage/upload-session.ts';
import { blobBody } from '../blob-body.ts';
import { RegistryError } from '../errors.ts';
import { type Exchange, send } from '../exchange.ts';
import { type Part, parseContentRange } from '../range.ts';
import type { RouteOf } from '../route.ts';
import { blobCreated, describeUpload } from './answers.ts';

type UploadRoute = RouteOf<'upload'>;

/** `/v2/<name>/blobs/uploads/<uuid>`: "Pushing a blob in chunks" and "Cancel a blob upload" of the specification. */
export async function upload(exchange: Exchange, route: UploadRoute): Promise<void> {
  const { repository, id, digest } = route;
  const session = await exchange.store.uploads.find(repository, id);
  if (session === undefined) throw gone(exchange, id);
  exchange.sessions.touch(id);
  if (exchange.req.method === 'PATCH') return append(exchange, session);
  if (exchange.req.method === 'PUT' && digest !== undefined) return finish(exchange, session, digest);
  if (exchange.req.method === 'DELETE') return cancel(exchange, session);
  send(exchange, 204, describeUpload(session));
}

async function append(exchange: Exchange, session: UploadSession): Promise<void> {
  await take(exchange, session);
  send(exchange, 202, describeUpload(session));
}

async function finish(exchange: Exchange, session: UploadSession, digest: Digest): Promise<void> {
  await take(exchange, session);
  try {
    await exchange.store.uploads.finish(session, digest);
  } finally {
    exchange.sessions.end(session.id);
  }
  blobCreated(exchange, session.repository, digest);
}

async function cancel(exchange: Exchange, session: UploadSession): Promise<void> {
  await giveUp(exchange, session);
  send(exchange, 204, {});
}

/** Appends the request's body. One that breaks off keeps what arrived; one that the disk cannot take ends the session. */
async function take(exchange: Exchange, session: UploadSession): Promise<void> {
  const chunk = chunkOf(exchange);
  if (chunk !== undefined && chunk.end <= chunk.start) throw outOfOrder(session, chunk);
  try {
    const appended = await session.append(blobBody(exchange, session.size), { at: chunk?.start });
    if (!appended.accepted) throw outOfOrder(session, chunk);
    if (appended.broken !== undefined) throw appended.broken.error;
    refuseOtherLength(chunk, appended.taken);
  } catch (error) {
    if (isThawError(error)) await giveUp(exchange, session);
    throw error;
  }
  exchange.sessions.touch(session.id);
}

async function giveUp({ store, sessions }: Exchange, { repository, id }: UploadSession): Promise<void> {
  await store.uploads.cancel(repository, id);
  sessions.end(id);
}

/** Which bytes the body says it holds; undefined where it does not say, or where there is no body. */
function chunkOf({ req }: Exchange): Part | undefined {
  const { 'content-range': range, 'content-length': length } = req.headers;
  if (range === undefined || length === '0') return undefined;
  const chunk = parseContentRange(range);
  if (chunk === undefined) {
    const details = [{ 'content-range': range, reason: 'it is not <first>-<last>' }];
    throw new RegistryError('BLOB_UPLOAD_INVALID', { details });
  }
  if (length !== undefined && chunk.end > chunk.start) refuseOtherLength(chunk, Number(length));
  return chunk;
}

function refuseOtherLength(chunk: Part | undefined, length: number): void {
  if (chunk === undefined || chunk.end - chunk.start === length) return;
  throw new RegistryError('SIZE_INVALID', { details: [{ wanted: chunk.end - chunk.start, found: length }] });
}

function gone({ sessions }: Exchange, id: string): RegistryError {
  sessions.end(id);
  return new RegistryError('BLOB_UPLOAD_UNKNOWN', { details: [{ session: id }] });
}

function outOfOrder(session: UploadSession, chunk: Part | undefined): RegistryError {
  return new RegistryError('BLOB_UPLOAD_INVALID', {
    status: 416,
    details: [{ wanted: session.size, found: chunk?.start ?? null }],
    headers: describeUpload(session),
  });
}
