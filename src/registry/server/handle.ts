import { RegistryError } from './errors.ts';
import type { Arrival, Exchange } from './exchange.ts';
import { base } from './resources/base.ts';
import { blob } from './resources/blobs.ts';
import { catalog } from './resources/catalog.ts';
import { health, ready } from './resources/health.ts';
import { manifest } from './resources/manifests.ts';
import { metrics } from './resources/metrics.ts';
import { referrers } from './resources/referrers.ts';
import { tags } from './resources/tags.ts';
import { upload } from './resources/upload.ts';
import { uploads } from './resources/uploads.ts';
import { parseRoute, type RouteKind, type RouteOf } from './route.ts';

type Handlers = { readonly [Kind in RouteKind]: (exchange: Exchange, route: RouteOf<Kind>) => Promise<void> };

const HANDLERS: Handlers = {
  base,
  blob,
  catalog,
  health,
  manifest,
  metrics,
  ready,
  referrers,
  tags,
  upload,
  uploads,
};

/** What is still answered on open connections while the registry stops. */
const ASKED_WHILE_STOPPING: ReadonlySet<RouteKind> = new Set(['health', 'ready', 'metrics']);

/** Answers a request, or throws what errorAnswer understands. */
export async function handle(arrival: Arrival): Promise<void> {
  const { req, guard, known, readiness } = arrival;
  if (req.method === undefined || req.url === undefined) throw new RegistryError('UNSUPPORTED');
  const route = parseRoute(req.method, req.url);
  known.route = route.kind;
  if (readiness.stopping && !ASKED_WHILE_STOPPING.has(route.kind)) throw stopping();
  const caller = await guard.admit(req, route);
  known.user = caller.user;
  await callHandler(route.kind, { ...arrival, caller }, route);
}

/** The handler of a kind takes the route of that kind, which TypeScript cannot follow through a lookup. */
async function callHandler<Kind extends RouteKind>(kind: Kind, exchange: Exchange, route: unknown): Promise<void> {
  await HANDLERS[kind](exchange, route as RouteOf<Kind>);
}

/** Another replica, or this one when it is there again. */
function stopping(): RegistryError {
  return new RegistryError('UNAVAILABLE', { headers: { 'Retry-After': '5' } });
}
