import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../../service/log.ts';
import type { Readiness } from '../../service/readiness.ts';
import type { SlowClients } from '../../service/slow-clients.ts';
import type { Store } from '../storage/store.ts';
import type { Caller, Guard } from './access/guard.ts';
import type { Instruments } from './instruments.ts';
import type { Limits } from './limits.ts';
import type { RouteKind } from './route.ts';
import type { SessionLedger } from './session-ledger.ts';

/** What all requests share. */
export interface Shared {
  readonly store: Store;
  readonly options: HandlerOptions;
  readonly guard: Guard;
  readonly limits: Limits;
  readonly sessions: SessionLedger;
  readonly slowClients: SlowClients;
  readonly readiness: Readiness;
  readonly instruments: Instruments;
  readonly logger: Logger | undefined;
}

/** One request and its answer, with what is needed to make it. */
export interface Arrival extends Shared {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** What is known of the request so far, for the log and the metrics. */
  readonly known: { route?: RouteKind; user?: string | undefined };
}

/** A request that was let in. */
export interface Exchange extends Arrival {
  readonly caller: Caller;
}

/** Who is counted as one client: a user, or an address where nobody logged in. */
export function clientOf({ caller, req }: Exchange): string {
  return caller.user === undefined ? `address ${req.socket.remoteAddress}` : `user ${caller.user}`;
}

/** What a registry may be told to do otherwise. */
export interface HandlerOptions {
  /** Take manifests and indexes whose blobs and manifests the repository has not got. */
  readonly sparse: boolean;
}

/** Headers of an answer; `undefined` leaves one out. */
export type Headers = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Sends an answer whose body, if any, is at hand. A HEAD request gets the headers that its GET would have. */
export function send({ req, res }: Arrival, status: number, headers: Headers, body?: Buffer | string): void {
  res.statusCode = status;
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) res.setHeader(name, value);
  const bytes = Buffer.from(body ?? '');
  if (status !== 204 && status !== 304) res.setHeader('Content-Length', bytes.length);
  res.end(req.method === 'HEAD' ? undefined : bytes);
}

/** Sends JSON. */
export function sendJson(exchange: Arrival, status: number, headers: Headers, body: unknown): void {
  send(exchange, status, { 'Content-Type': 'application/json', ...headers }, JSON.stringify(body));
}

/** The body of a request as bytes; stopping half-way leaves the connection open for the answer. */
export function bodyOf(exchange: Exchange): AsyncIterable<Uint8Array> {
  letSend(exchange);
  return exchange.req.iterator({ destroyOnReturn: false });
}

/** Tells a client that waits for it to send its body. */
function letSend({ req, res }: Exchange): void {
  if (!waitsForContinue(req)) return;
  res.removeHeader('Connection');
  res.writeContinue();
}

/** Whether the client sends its body only when it is told to go on (RFC 9110, Expect). */
export function waitsForContinue({ headers }: IncomingMessage): boolean {
  return headers.expect?.toLowerCase() === '100-continue';
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
