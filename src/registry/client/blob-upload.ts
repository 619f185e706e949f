import { isThawError } from '../../errors.ts';
import { splitDigest } from '../../oci/digest.ts';
import type { BlobSource, PutBlobOptions, PutBlobResult } from '../target.ts';
import { hasBlob } from './blobs.ts';
import { throwIfCancelled } from './cancel.ts';
import type { Connection } from './connection.ts';
import { discard } from './read-body.ts';
import { sendOnce } from './request.ts';
import { createPatience, withRetry } from './retry.ts';
import { pushScopes } from './scopes.ts';
import { Transient } from './transient.ts';
import { createUploadBody } from './upload-body.ts';
import { createUploadLedger, type UploadLedger } from './upload-ledger.ts';
import { patchSession } from './upload-patch.ts';
import { resumeSession } from './upload-resume.ts';
import { deleteSession, mountBlob, openSession, type UploadSession } from './upload-session.ts';
import { mismatch, verifyAnsweredDigest } from './verify.ts';

/** An upload that gets on by this much has its tries back: a bad line is slow, not hopeless. */
const PROGRESS = 1024 * 1024;

/** One blob on its way. */
interface Upload {
  readonly connection: Connection;
  readonly source: BlobSource;
  readonly options: PutBlobOptions;
  readonly session: UploadSession;
  readonly ledger: UploadLedger;
}

/** Sends a blob: see Target.putBlob. Whatever fails after the session was opened deletes it. */
export async function putBlob(
  connection: Connection,
  source: BlobSource,
  options: PutBlobOptions = {},
): Promise<PutBlobResult> {
  throwIfCancelled(options.signal);
  const existing = await findBlob(connection, source, options);
  if (existing !== undefined) return existing;
  const opened = await openOrMount(connection, source, options);
  if ('digest' in opened) return opened;
  return await upload({
    connection,
    source,
    options,
    session: opened,
    ledger: createUploadLedger(source.digest === undefined ? 'sha256' : splitDigest(source.digest).algorithm),
  });
}

async function findBlob(
  connection: Connection,
  { digest, size: wanted }: BlobSource,
  { signal }: PutBlobOptions,
): Promise<PutBlobResult | undefined> {
  if (digest === undefined) return undefined;
  const size = await hasBlob(connection, digest, { signal }, pushScopes(connection.endpoint));
  if (size === undefined || (wanted !== undefined && wanted !== size)) return undefined;
  return { digest, size, existed: true };
}

async function openOrMount(
  connection: Connection,
  { digest, size }: BlobSource,
  { mountFrom: from, signal }: PutBlobOptions,
): Promise<UploadSession | PutBlobResult> {
  if (from === undefined || digest === undefined) return await openSession(connection, signal);
  const session = await mountBlob(connection, { digest, from }, signal);
  if (session !== undefined) return session;
  const found = size ?? (await hasBlob(connection, digest, { signal }, pushScopes(connection.endpoint)));
  if (found === undefined) throw mismatch(`${digest} was mounted from ${from} and is not there`, { digest, from });
  return { digest, size: found, existed: true };
}

async function upload(job: Upload): Promise<PutBlobResult> {
  try {
    await sendBytes(job);
    return await finish(job);
  } catch (error) {
    await deleteSession(job.connection, job.session);
    throw error;
  }
}

/** Sends all bytes, going on where the registry stands after each break. */
async function sendBytes({ connection, source, options, session, ledger }: Upload): Promise<void> {
  const { signal, onBytes } = options;
  const patience = createPatience(connection);
  let offset = 0;
  let farthest = 0;
  while (source.size === undefined || offset < source.size) {
    const body = createUploadBody({ source, offset, ledger, onBytes });
    try {
      return await patchSession(connection, session, { body, offset, size: source.size }, signal);
    } catch (failure) {
      await patience.afterFailure(failure, signal);
      farthest = Math.max(farthest, body.position);
    }
    const standing = await resumeSession(connection, session, farthest, signal);
    if (standing >= offset + PROGRESS) patience.renew();
    offset = standing;
  }
}

/** Closes the session with the digest. */
async function finish({ connection, source, options: { signal }, session, ledger }: Upload): Promise<PutBlobResult> {
  const digest = await ledger.digest();
  const size = ledger.hashed;
  if (source.digest !== undefined && source.digest !== digest) {
    throw mismatch(`the source of a blob gave bytes with ${digest} where it said ${source.digest}`, {
      wanted: source.digest,
      found: digest,
    });
  }
  const result = { digest, size, existed: false };
  await withRetry(connection, signal, async () => {
    try {
      await putSession(connection, session, result, signal);
    } catch (failure) {
      if (!mayHaveLanded(failure) || (await hasBlob(connection, digest, { signal })) !== size) throw failure;
    }
  });
  return result;
}

async function putSession(
  connection: Connection,
  session: UploadSession,
  { digest }: PutBlobResult,
  signal: AbortSignal | undefined,
): Promise<void> {
  const url = new URL(session.location);
  url.searchParams.set('digest', digest);
  const answer = await sendOnce(connection, {
    method: 'PUT',
    url,
    headers: { 'content-length': '0' },
    scopes: pushScopes(connection.endpoint),
    signal,
    answerWithin: connection.timeouts.store,
  });
  await discard(answer);
  verifyAnsweredDigest(answer, digest);
}

/** The answer to a PUT that was carried out can be lost; the next PUT then finds the session gone. */
function mayHaveLanded(failure: unknown): boolean {
  return failure instanceof Transient || isThawError(failure, 'NOT_FOUND');
}
