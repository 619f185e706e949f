import type { Digest } from '../../oci/digest.ts';
import type { Connection } from './connection.ts';
import { uploadsUrl } from './endpoint.ts';
import { resolveLocation } from './location.ts';
import { protocolError } from './protocol-error.ts';
import { send, sendOnce } from './request.ts';
import { pushScopes } from './scopes.ts';
import type { HttpAnswer } from './transport.ts';

/** An upload session of the registry. Every answer may name a new place for it. */
export interface UploadSession {
  location: URL;
}

/** Opens a session: POST, distribution specification "Pushing blobs". Throws REGISTRY_PROTOCOL without a Location. */
export async function openSession(connection: Connection, signal?: AbortSignal): Promise<UploadSession> {
  const { endpoint } = connection;
  const answer = await send(connection, {
    method: 'POST',
    url: uploadsUrl(endpoint),
    headers: EMPTY,
    scopes: pushScopes(endpoint),
    signal,
    expect: [202],
  });
  return sessionOf(connection, answer);
}

/**
 * Mounts a blob from another repository. Gives a session to upload it in when the registry will not or cannot mount it,
 * undefined when it is mounted.
 */
export async function mountBlob(
  connection: Connection,
  mount: { digest: Digest; from: string },
  signal?: AbortSignal,
): Promise<UploadSession | undefined> {
  const { endpoint } = connection;
  const answer = await send(connection, {
    method: 'POST',
    url: uploadsUrl(endpoint, mount),
    headers: EMPTY,
    scopes: pushScopes(endpoint, mount.from),
    signal,
    expect: [201, 202],
  });
  return answer.status === 201 ? undefined : sessionOf(connection, answer);
}

/** Takes the new place of a session from an answer; an answer without one leaves it where it is. */
export function moveSession(connection: Connection, session: UploadSession, answer: HttpAnswer): void {
  const location = answer.header('location');
  if (location !== undefined) session.location = resolveLocation(connection.endpoint, answer.url, location);
}

/**
 * The last byte that the registry has, by GET on the session; undefined when the session is gone. 0 stands for the first
 * byte and for none. Throws REGISTRY_PROTOCOL when the Range cannot be read.
 */
export async function askLastByte(
  connection: Connection,
  session: UploadSession,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const answer = await send(connection, {
    method: 'GET',
    url: session.location,
    scopes: pushScopes(connection.endpoint),
    signal,
    expect: [200, 204, 400, 404, 405, 416],
  });
  if (answer.status >= 400) return undefined;
  moveSession(connection, session, answer);
  const range = answer.header('range');
  const last = /^(?:bytes=)?0-(\d+)$/.exec(range ?? '')?.[1];
  if (last === undefined) throw protocolError(answer, 'and a Range that cannot be read', { range: range ?? null });
  return Number(last);
}

/** Deletes a session as well as possible: within its own time limit, whatever the registry answers. */
export async function deleteSession(connection: Connection, session: UploadSession): Promise<void> {
  const { endpoint, logger, timeouts } = connection;
  try {
    const answer = await sendOnce(connection, {
      method: 'DELETE',
      url: session.location,
      scopes: pushScopes(endpoint),
      signal: AbortSignal.timeout(timeouts.cleanup),
    });
    await answer.body.dump();
  } catch (error) {
    logger?.debug({ error: String(error) }, 'the upload session could not be deleted');
  }
}

const EMPTY = { 'content-length': '0' };

function sessionOf(connection: Connection, answer: HttpAnswer): UploadSession {
  const location = answer.header('location');
  if (location === undefined) throw protocolError(answer, 'but without a Location for the upload');
  return { location: resolveLocation(connection.endpoint, answer.url, location) };
}
