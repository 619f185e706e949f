import { isThawError } from '../../errors.ts';
import { cancelled, throwIfCancelled } from './cancel.ts';
import type { Connection } from './connection.ts';
import { protocolError } from './protocol-error.ts';
import { discard } from './read-body.ts';
import { sendOnce } from './request.ts';
import { pushScopes } from './scopes.ts';
import { Transient } from './transient.ts';
import type { UploadBody } from './upload-body.ts';
import { moveSession, type UploadSession } from './upload-session.ts';

/** What a PATCH carries. */
export interface Patch {
  readonly body: UploadBody;
  /** Where in the blob it begins. */
  readonly offset: number;
  /** The blob's bytes in all, where known. */
  readonly size: number | undefined;
}

/**
 * Sends a blob's bytes from an offset to its end in one PATCH. From the beginning it is a stream (chunked, which can end
 * early in good order); from further on a chunk with its Content-Range where the size is known, so that a registry that
 * stands elsewhere says so. Throws Transient when the upload may go on, or begin anew; the source's own failure; and
 * CANCELLED once the request has ended, at the latest after the cleanup time.
 */
export async function patchSession(
  connection: Connection,
  session: UploadSession,
  patch: Patch,
  signal: AbortSignal | undefined,
): Promise<void> {
  const cut = new AbortController();
  let lastWait: NodeJS.Timeout | undefined;
  const stop = () => {
    patch.body.stop();
    lastWait = setTimeout(() => cut.abort(), connection.timeouts.cleanup);
  };
  throwIfCancelled(signal);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await sendPatch(connection, session, patch, cut.signal);
  } catch (error) {
    throw signal?.aborted ? cancelled(signal) : (patch.body.failure ?? restartable(error));
  } finally {
    signal?.removeEventListener('abort', stop);
    clearTimeout(lastWait);
    patch.body.stop();
  }
  throwIfCancelled(signal);
}

async function sendPatch(
  connection: Connection,
  session: UploadSession,
  { body, offset, size }: Patch,
  signal: AbortSignal,
): Promise<void> {
  const answer = await sendOnce(connection, {
    method: 'PATCH',
    url: session.location,
    headers: { 'content-type': 'application/octet-stream', ...rangeHeaders(offset, size) },
    scopes: pushScopes(connection.endpoint),
    body,
    signal,
    answerWithin: connection.timeouts.store,
  });
  moveSession(connection, session, answer);
  await discard(answer);
  if (body.failure !== undefined) throw body.failure;
  if (!body.complete && !signal.aborted) throw protocolError(answer, 'before all bytes were sent');
}

function rangeHeaders(offset: number, size: number | undefined): Record<string, string> {
  if (offset === 0 || size === undefined) return {};
  return { 'content-range': `${offset}-${size - 1}`, 'content-length': String(size - offset) };
}

/** A session that the registry has lost (404) or that stands elsewhere (416): ask where it stands, or begin anew. */
function restartable(error: unknown): unknown {
  if (!isThawError(error)) return error;
  const { status } = error.facts;
  return status === 404 || status === 416 ? new Transient(error) : error;
}
