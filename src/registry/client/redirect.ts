import { ThawError } from '../../errors.ts';
import type { Endpoint } from './endpoint.ts';
import { resolveLocation } from './location.ts';
import { discard } from './read-body.ts';
import { showUrl } from './show-url.ts';
import type { HttpAnswer, HttpRequest } from './transport.ts';

/** A registry that keeps its blobs in an object store sends us there once; more than a few hops are a loop. */
export const MOST_REDIRECTS = 5;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a request with `exchange` and follows the redirects of a GET or HEAD; other methods' redirects are handed back
 * as they are. Throws REGISTRY_PROTOCOL for a loop or a missing Location, PLAIN_HTTP_REFUSED for a step down to plain
 * HTTP.
 */
export async function followRedirects<R extends HttpRequest>(
  endpoint: Endpoint,
  request: R,
  exchange: (request: R) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  let answer = await exchange(request);
  for (let hops = 0; isRedirect(answer); hops += 1) {
    if (hops === MOST_REDIRECTS) throw loop(request);
    const location = answer.header('location');
    if (location === undefined) throw nowhere(answer);
    const url = resolveLocation(endpoint, answer.url, location);
    await discard(answer);
    answer = await exchange({ ...request, url });
  }
  return answer;
}

function isRedirect({ method, status }: HttpAnswer): boolean {
  return (method === 'GET' || method === 'HEAD') && REDIRECTS.has(status);
}

function loop({ method, url }: HttpRequest): ThawError {
  return new ThawError('REGISTRY_PROTOCOL', {
    message: `${method} ${showUrl(url)} was redirected more than ${MOST_REDIRECTS} times`,
    next: "check the registry's redirect settings and the proxy before it",
    facts: { method, url: showUrl(url), redirects: MOST_REDIRECTS },
  });
}

function nowhere({ method, url, status }: HttpAnswer): ThawError {
  return new ThawError('REGISTRY_PROTOCOL', {
    message: `${method} ${showUrl(url)} was answered with ${status} but without a Location`,
    next: "check the registry's redirect settings and the proxy before it",
    facts: { method, url: showUrl(url), status },
  });
}
