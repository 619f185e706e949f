import { type Exchange, nextPage, sendJson } from '../exchange.ts';
import type { RouteOf } from '../route.ts';

/** `GET /v2/_catalog`: the repositories that the caller may read, as CNCF Distribution lists them; not in the OCI specification. */
export async function catalog(exchange: Exchange, { n, last }: RouteOf<'catalog'>): Promise<void> {
  const { store, caller } = exchange;
  const { repositories, more } = await store.repositories.list({ n, last }, (name) => caller.may('pull', name));
  const Link = more ? nextPage('/v2/_catalog', { n, last: repositories.at(-1) }) : undefined;
  sendJson(exchange, 200, { Link }, { repositories });
}
