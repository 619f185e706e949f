import { ThawError } from '../../errors.ts';
import { isLoopback } from '../../service/loopback.ts';
import type { Endpoint } from './endpoint.ts';
import { showUrl } from './show-url.ts';

/**
 * Where a `Location` points: relative to the request's URL, or absolute. A registry behind a proxy that ends TLS often
 * names itself with `http:`; the host is the same, so our own scheme stays. Plain HTTP to any other host is followed
 * only on loopback or when it was asked for. Throws REGISTRY_PROTOCOL for no URL and PLAIN_HTTP_REFUSED.
 */
export function resolveLocation(endpoint: Endpoint, from: URL, location: string): URL {
  const url = parse(from, location);
  const home = new URL(endpoint.origin);
  if (url.protocol === 'http:' && home.protocol === 'https:' && sameHost(url, home)) {
    return new URL(`${url.pathname}${url.search}`, home);
  }
  if (!isSafe(endpoint, url)) throw plainHttpRefused(url, `${endpoint.registry} sends us on to`);
  return url;
}

/** Whether credentials for the registry may go to this URL: only to the registry's own origin. */
export function isHome(endpoint: Endpoint, url: URL): boolean {
  return url.origin === endpoint.origin;
}

/** Whether bytes may go to this URL: HTTPS, or plain HTTP to loopback or where plain HTTP was asked for. */
export function isSafe(endpoint: Endpoint, url: URL): boolean {
  if (url.protocol === 'https:') return true;
  return isHome(endpoint, url) || endpoint.plainHttp || isLoopback(url.hostname);
}

/** The error for a URL that is not safe. `who` is what leads there, as the sentence's beginning. */
export function plainHttpRefused(url: URL, who: string): ThawError {
  return new ThawError('PLAIN_HTTP_REFUSED', {
    message: `${who} ${showUrl(url)}, which is plain HTTP to another machine`,
    next: 'let the registry use HTTPS, or ask for plain HTTP (--plain-http) where the network can be trusted',
    facts: { url: showUrl(url) },
  });
}

function sameHost(a: URL, b: URL): boolean {
  return a.hostname === b.hostname && (a.port === b.port || a.port === '');
}

function parse(from: URL, location: string): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new ThawError('REGISTRY_PROTOCOL', {
      message: `${showUrl(from)} answered with a Location that is no HTTP URL`,
      next: "tell the registry's operator; the distribution specification wants a URL there",
      facts: { url: showUrl(from) },
    });
  }
  url.username = '';
  url.password = '';
  return url;
}
