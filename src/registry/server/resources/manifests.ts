import { type Digest, digestOf, splitDigest } from '../../../oci/digest.ts';
import { type ManifestContent, readManifest } from '../../storage/manifest-content.ts';
import { RegistryError } from '../errors.ts';
import { type Exchange, isUnchanged, send } from '../exchange.ts';
import { readBody } from '../read-body.ts';
import type { ManifestReference, RouteOf } from '../route.ts';

type ManifestRoute = RouteOf<'manifest'>;

/** The largest manifest that is taken: the specification wants at least 4 megabytes to be supported. */
export const LARGEST_MANIFEST = 4 * 1024 * 1024;

const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/i;

/** `/v2/<name>/manifests/<tag-or-digest>`: "Pulling manifests", "Pushing Manifests", "Deleting Manifests" and tags. */
export async function manifest(exchange: Exchange, route: ManifestRoute): Promise<void> {
  if (exchange.req.method === 'PUT') return put(exchange, route);
  if (exchange.req.method === 'DELETE') return remove(exchange, route);
  return get(exchange, route);
}

async function get(exchange: Exchange, { repository, reference }: ManifestRoute): Promise<void> {
  const { store } = exchange;
  const digest = 'digest' in reference ? reference.digest : await store.tags.read(repository, reference.tag);
  const stored = digest && (await store.manifests.read(repository, digest));
  if (stored === undefined) throw unknown(reference);
  const headers = { 'Docker-Content-Digest': stored.digest, ETag: `"${stored.digest}"` };
  if (isUnchanged(exchange, stored.digest)) return send(exchange, 304, headers);
  send(exchange, 200, { ...headers, 'Content-Type': stored.mediaType }, stored.bytes);
}

async function put(exchange: Exchange, { repository, reference }: ManifestRoute): Promise<void> {
  const bytes = await readBody(exchange, LARGEST_MANIFEST);
  const content = contentOf(bytes);
  const mediaType = mediaTypeOf(exchange, content);
  if ('digest' in reference) refuseOtherDigest(bytes, reference.digest);
  if (!exchange.options.sparse) await refuseMissing(exchange, repository, content);
  const tags = 'digest' in reference ? reference.tags : [reference.tag];
  const algorithm = 'digest' in reference ? splitDigest(reference.digest).algorithm : 'sha256';
  const toStore = { bytes, mediaType, content, algorithm, tags, replace: true };
  const digest = await exchange.store.manifests.put(repository, toStore);
  send(exchange, 201, {
    Location: `/v2/${repository}/manifests/${digest}`,
    'Docker-Content-Digest': digest,
    'OCI-Subject': content.subject,
    'OCI-Tag': 'digest' in reference && tags.length > 0 ? tags : undefined,
  });
}

async function remove(exchange: Exchange, { repository, reference }: ManifestRoute): Promise<void> {
  const { manifests, tags } = exchange.store;
  const removed =
    'digest' in reference
      ? await manifests.remove(repository, reference.digest)
      : await tags.remove(repository, reference.tag);
  if (!removed) throw unknown(reference);
  send(exchange, 202, {});
}

function contentOf(bytes: Buffer): ManifestContent {
  const content = readManifest(bytes);
  if (typeof content === 'string') throw new RegistryError('MANIFEST_INVALID', { details: [{ reason: content }] });
  return content;
}

/** The `Content-Type`, without parameters; it must be what the manifest says of itself, where it says it. */
function mediaTypeOf({ req }: Exchange, content: ManifestContent): string {
  const header = req.headers['content-type']?.split(';', 1)[0]?.trim();
  const mediaType = header ?? content.mediaType;
  if (mediaType === undefined || !MEDIA_TYPE.test(mediaType)) {
    throw invalidMediaType({ found: header ?? null, reason: 'the Content-Type header is no media type' });
  }
  if (content.saysMediaType && content.mediaType !== mediaType) {
    throw invalidMediaType({
      found: mediaType,
      wanted: content.mediaType ?? null,
      reason: 'the manifest says another',
    });
  }
  return mediaType;
}

function refuseOtherDigest(bytes: Buffer, wanted: Digest): void {
  const found = digestOf(bytes, splitDigest(wanted).algorithm);
  if (found !== wanted) throw new RegistryError('DIGEST_INVALID', { details: [{ wanted, found }] });
}

async function refuseMissing({ store }: Exchange, repository: string, content: ManifestContent): Promise<void> {
  const missing = await store.manifests.missing(repository, content);
  if (missing.length === 0) return;
  throw new RegistryError('MANIFEST_BLOB_UNKNOWN', { details: missing.map((digest) => ({ digest })) });
}

function invalidMediaType(detail: Record<string, string | null>): RegistryError {
  return new RegistryError('MANIFEST_INVALID', { details: [detail] });
}

function unknown(reference: ManifestReference): RegistryError {
  const detail = 'digest' in reference ? { digest: reference.digest } : { tag: reference.tag };
  return new RegistryError('MANIFEST_UNKNOWN', { details: [detail] });
}
