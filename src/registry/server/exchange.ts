import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Store } from '../storage/store.ts';

/** One request and its answer, with what handlers need to make it. */
export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly store: Store;
  readonly options: HandlerOptions;
}

/** What a registry may be told to do otherwise. */
export interface HandlerOptions {
  /** Take manifests and indexes whose blobs and manifests the repository has not got. */
  readonly sparse: boolean;
}

/** Headers of an answer; `undefined` leaves one out. */
export type Headers = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Sends an answer whose body, if any, is at hand. A HEAD request gets the headers that its GET would have. */
export function send({ req, res }: Exchange, status: number, headers: Headers, body?: Buffer | string): void {
  res.statusCode = status;
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) res.setHeader(name, value);
  const bytes = Buffer.from(body ?? '');
  if (status !== 204 && status !== 304) res.setHeader('Content-Length', bytes.length);
  res.end(req.method === 'HEAD' ? undefined : bytes);
}

/** Sends JSON. */
export function sendJson(exchange: Exchange, status: number, headers: Headers, body: unknown): void {
  send(exchange, status, { 'Content-Type': 'application/json', ...headers }, JSON.stringify(body));
}

/** The body of a request as bytes; stopping half-way leaves the connection open for the answer. */
export function bodyOf({ req }: Exchange): AsyncIterable<Uint8Array> {
  return req.iterator({ destroyOnReturn: false });
}

/** Whether the client has this digest already (RFC 9110, If-None-Match); the entity tag of content is its digest. */
export function isUnchanged({ req }: Exchange, digest: string): boolean {
  const tags = req.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags?.some((tag) => tag === '*' || tag === `"${digest}"`) ?? false;
}

/** A `Link` header to the next page (RFC 5988). */
export function nextPage(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return `<${path}?${given}>; rel="next"`;
}
