import type { Connection } from './connection.ts';
import { refusal } from './errors.ts';
import { isHome } from './location.ts';
import { discard, readUpTo } from './read-body.ts';
import { followRedirects } from './redirect.ts';
import { withRetry } from './retry.ts';
import { Transient } from './transient.ts';
import type { HttpAnswer, HttpRequest } from './transport.ts';

/** A request to the registry: the scopes it needs, and the statuses that are answers rather than errors. */
export interface RegistryRequest extends HttpRequest {
  /** Scopes of a bearer token, e.g. `repository:checkpoints:pull,push`. */
  readonly scopes: readonly string[];
  /** Statuses to hand back; every other one is thrown. Where left out: all 2xx. */
  readonly expect?: readonly number[];
}

/**
 * Sends a request once and hands back its answer with the body unread. Adds credentials (to the registry's own origin
 * only), fetches a token when the registry asks for one, follows redirects of GET and HEAD. Throws ThawError, or
 * Transient where a further try may succeed.
 */
export async function sendOnce(connection: Connection, request: RegistryRequest): Promise<HttpAnswer> {
  const answer = await followRedirects(connection.endpoint, request, (step) => sendWithCredentials(connection, step));
  const expected = request.expect?.includes(answer.status) ?? (answer.status >= 200 && answer.status < 300);
  if (expected) return answer;
  throw await refusal(answer);
}

/** Sends a request whose answer's body does not matter, as often as needed. */
export function send(connection: Connection, request: RegistryRequest): Promise<HttpAnswer> {
  return withRetry(connection, request.signal, async () => {
    const answer = await sendOnce(connection, request);
    await discard(answer);
    return answer;
  });
}

/** Sends a request and reads its answer's body, at most `limit` bytes of it, as often as needed. */
export function sendAndRead(
  connection: Connection,
  request: RegistryRequest,
  limit: number,
): Promise<{ answer: HttpAnswer; bytes: Buffer; cut: boolean }> {
  return withRetry(connection, request.signal, async () => {
    const answer = await sendOnce(connection, request);
    return { answer, ...(await readUpTo(answer, limit)) };
  });
}

/** An object store that a registry redirects to gets no credentials: its URL carries its own. */
async function sendWithCredentials(connection: Connection, request: RegistryRequest): Promise<HttpAnswer> {
  const { authenticator, endpoint, transport } = connection;
  if (!isHome(endpoint, request.url)) return transport.exchange(request);

  const sent = authenticator.authorization(request.scopes);
  const answer = await transport.exchange(authorized(request, sent));
  if (answer.status !== 401) return answer;
  const challenges = answer.headerValues('www-authenticate');
  if (!(await authenticator.satisfy({ challenges, scopes: request.scopes, sent, signal: request.signal }))) {
    return answer;
  }
  if (isStream(request.body)) throw new Transient(await thawErrorOf(answer));
  await discard(answer);
  const better = authenticator.authorization(request.scopes);
  const second = await transport.exchange(authorized(request, better));
  if (second.status === 401) await authenticator.assertNotPassword(better);
  return second;
}

function authorized(request: RegistryRequest, authorization: string | undefined): HttpRequest {
  if (authorization === undefined) return request;
  return { ...request, headers: { ...request.headers, authorization } };
}

/** A stream is used up by the first try: whoever made it must make it anew. */
function isStream(body: HttpRequest['body']): boolean {
  return body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
}

async function thawErrorOf(answer: HttpAnswer) {
  const error = await refusal(answer);
  return error instanceof Transient ? error.error : error;
}
