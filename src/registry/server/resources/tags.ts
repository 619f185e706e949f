import { RegistryError } from '../errors.ts';
import { type Exchange, nextPage, sendJson } from '../exchange.ts';
import type { RouteOf } from '../route.ts';

/** `GET /v2/<name>/tags/list`: "Listing Tags" of the OCI distribution specification. */
export async function tags(exchange: Exchange, { repository, n, last }: RouteOf<'tags'>): Promise<void> {
  const { store } = exchange;
  if (!(await store.repositories.has(repository))) {
    throw new RegistryError('NAME_UNKNOWN', { details: [{ name: repository }] });
  }
  const page = await store.tags.list(repository, { n, last });
  const Link = page.more ? nextPage(`/v2/${repository}/tags/list`, { n, last: page.tags.at(-1) }) : undefined;
  sendJson(exchange, 200, { Link }, { name: repository, tags: page.tags });
}
