import { INDEX } from '../../../oci/media-types.ts';
import type { ReferrerDescriptor } from '../../storage/referrer-list.ts';
import { referrersOf } from '../../storage/referrer-list.ts';
import { type Exchange, nextPage, sendJson } from '../exchange.ts';
import type { RouteOf } from '../route.ts';
import { LARGEST_MANIFEST } from './manifests.ts';

/** `GET /v2/<name>/referrers/<digest>`: "Listing Referrers" of the OCI distribution specification. */
export async function referrers(exchange: Exchange, route: RouteOf<'referrers'>): Promise<void> {
  const { repository, digest, artifactType } = route;
  const { manifests, more } = await takePage(exchange, route);
  const query = { artifactType, last: manifests.at(-1)?.digest };
  const headers = {
    'Content-Type': INDEX,
    'OCI-Filters-Applied': artifactType === undefined ? undefined : 'artifactType',
    Link: more ? nextPage(`/v2/${repository}/referrers/${digest}`, query) : undefined,
  };
  sendJson(exchange, 200, headers, { schemaVersion: 2, mediaType: INDEX, manifests });
}

/** As many as make an index that is no larger than the largest manifest a client must take. */
async function takePage(exchange: Exchange, route: RouteOf<'referrers'>) {
  const { repository, digest, artifactType, last } = route;
  const manifests: ReferrerDescriptor[] = [];
  let room = LARGEST_MANIFEST - 256;
  for await (const descriptor of referrersOf(exchange.store, repository, digest, last)) {
    if (artifactType !== undefined && descriptor.artifactType !== artifactType) continue;
    room -= Buffer.byteLength(JSON.stringify(descriptor)) + 1;
    if (room < 0 && manifests.length > 0) return { manifests, more: true };
    manifests.push(descriptor);
  }
  return { manifests, more: false };
}
