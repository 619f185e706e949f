import { ThawError } from '../../../errors.ts';
import type { Endpoint } from '../endpoint.ts';
import { refusal } from '../errors.ts';
import { isSafe, plainHttpRefused } from '../location.ts';
import { readUpTo } from '../read-body.ts';
import { type RetryContext, withRetry } from '../retry.ts';
import { showUrl } from '../show-url.ts';
import { Transient } from '../transient.ts';
import type { HttpAnswer, HttpRequest, Transport } from '../transport.ts';
import { basicAuthorization } from './basic.ts';
import type { Challenge } from './challenge.ts';
import type { Credentials } from './credential-types.ts';
import { createTokenCache, readToken, type Token } from './token.ts';

/** Gets access tokens and keeps them until they expire. */
export interface TokenService {
  /** The Authorization header for these scopes, where a valid token is there. */
  authorization(scopes: readonly string[]): string | undefined;
  /**
   * Gets a new token for the scopes from the service that the challenge names: Distribution's token specification (GET,
   * with the password) and its OAuth2 variant (POST, with an identity token). Throws UNAUTHORIZED, REGISTRY_PROTOCOL,
   * PLAIN_HTTP_REFUSED, REGISTRY_UNREACHABLE.
   */
  fetch(request: TokenRequest): Promise<void>;
}

export interface TokenRequest {
  readonly challenge: Challenge;
  readonly scopes: readonly string[];
  readonly credentials: Credentials | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Tokens are a few kilobytes. */
const LONGEST_ANSWER = 256 * 1024;

export function createTokenService(endpoint: Endpoint, transport: Transport, retry: RetryContext): TokenService {
  const cache = createTokenCache();
  return {
    authorization(scopes) {
      const token = cache.get(keyOf(scopes));
      return token === undefined ? undefined : `Bearer ${token}`;
    },
    async fetch(request) {
      cache.set(keyOf(request.scopes), await fetchToken(endpoint, transport, retry, request));
    },
  };
}

function keyOf(scopes: readonly string[]): string {
  return scopes.join(' ');
}

async function fetchToken(
  endpoint: Endpoint,
  transport: Transport,
  retry: RetryContext,
  { challenge, scopes, credentials, signal }: TokenRequest,
): Promise<Token> {
  if (credentials?.kind === 'access') return { value: credentials.token, usableUntil: Number.POSITIVE_INFINITY };
  const realm = realmOf(endpoint, challenge);
  const query = queryOf(challenge, scopes);
  const request =
    credentials?.kind === 'identity'
      ? refreshRequest(realm, query, credentials.token)
      : passwordRequest(realm, query, credentials);
  return await withRetry(retry, signal, async () => {
    const answer = await transport.exchange({ ...request, signal });
    if (answer.status !== 200) throw await tokenRefusal(answer, endpoint, credentials);
    const { bytes } = await readUpTo(answer, LONGEST_ANSWER);
    return readToken(realm, bytes);
  });
}

function realmOf(endpoint: Endpoint, { parameters }: Challenge): URL {
  const realm = parameters.get('realm') ?? '';
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new ThawError('REGISTRY_PROTOCOL', {
      message: `${endpoint.registry} names a token service that is no HTTP URL`,
      next: "check the registry's token settings (realm)",
      facts: { registry: endpoint.registry },
    });
  }
  if (!isSafe(endpoint, url)) throw plainHttpRefused(url, `${endpoint.registry} wants tokens from`);
  return url;
}

function queryOf({ parameters }: Challenge, scopes: readonly string[]): URLSearchParams {
  const query = new URLSearchParams();
  const service = parameters.get('service');
  if (service !== undefined) query.set('service', service);
  for (const scope of scopes) query.append('scope', scope);
  return query;
}

function passwordRequest(
  realm: URL,
  query: URLSearchParams,
  credentials: { username: string; password: string } | undefined,
): HttpRequest {
  const url = new URL(realm);
  for (const [name, value] of query) url.searchParams.append(name, value);
  if (credentials === undefined) return { method: 'GET', url };
  url.searchParams.set('account', credentials.username);
  return { method: 'GET', url, headers: { authorization: basicAuthorization(credentials) } };
}

/** OAuth2 takes one `scope`, with spaces between. */
function refreshRequest(realm: URL, query: URLSearchParams, token: string): HttpRequest {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: 'thaw',
    refresh_token: token,
    service: query.get('service') ?? '',
    scope: query.getAll('scope').join(' '),
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { method: 'POST', url: realm, headers, body: form.toString() };
}

async function tokenRefusal(
  answer: HttpAnswer,
  { registry }: Endpoint,
  credentials: Credentials | undefined,
): Promise<ThawError | Transient> {
  const error = await refusal(answer);
  if (error instanceof Transient || (answer.status !== 401 && answer.status !== 403 && answer.status !== 400)) {
    return error;
  }
  const whose = credentials === undefined ? 'anonymous access' : `the credentials from ${credentials.from}`;
  return new ThawError('UNAUTHORIZED', {
    message: `the token service ${showUrl(answer.url)} of ${registry} refuses ${whose} with ${answer.status}`,
    next: `log in with \`docker login ${registry}\` or \`podman login ${registry}\``,
    facts: { registry, url: showUrl(answer.url), status: answer.status, found: credentials?.from ?? null },
    cause: error,
  });
}
