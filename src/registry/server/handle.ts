import { RegistryError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { base } from './resources/base.ts';
import { blob } from './resources/blobs.ts';
import { catalog } from './resources/catalog.ts';
import { manifest } from './resources/manifests.ts';
import { referrers } from './resources/referrers.ts';
import { tags } from './resources/tags.ts';
import { upload } from './resources/upload.ts';
import { uploads } from './resources/uploads.ts';
import { parseRoute, type RouteKind, type RouteOf } from './route.ts';

type Handlers = { readonly [Kind in RouteKind]: (exchange: Exchange, route: RouteOf<Kind>) => Promise<void> };

const HANDLERS: Handlers = { base, blob, catalog, manifest, referrers, tags, upload, uploads };

/** Answers a request, or throws what errorAnswer understands. */
export async function handle(exchange: Exchange): Promise<void> {
  const { method, url } = exchange.req;
  if (method === undefined || url === undefined) throw new RegistryError('UNSUPPORTED');
  const route = parseRoute(method, url);
  await callHandler(route.kind, exchange, route);
}

/** The handler of a kind takes the route of that kind, which TypeScript cannot follow through a lookup. */
async function callHandler<Kind extends RouteKind>(kind: Kind, exchange: Exchange, route: unknown): Promise<void> {
  await HANDLERS[kind](exchange, route as RouteOf<Kind>);
}
