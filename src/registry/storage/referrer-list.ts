import type { Descriptor } from '../../oci/descriptor.ts';
import { type Digest, splitDigest } from '../../oci/digest.ts';
import { readManifest } from './manifest-content.ts';
import type { Store } from './store.ts';

/** A manifest that has a subject, as the referrers API describes it. */
export interface ReferrerDescriptor extends Descriptor {
  readonly artifactType?: string;
}

/**
 * The manifests of a repository whose subject is this digest, in ASCII order of their digests, those after `last`. Besides
 * those that this registry noted when they were pushed, those that a client has listed under the referrers tag
 * (`sha256-<hex>`) while the data was served by a registry without this API.
 */
export async function* referrersOf(
  store: Store,
  repository: string,
  subject: Digest,
  last = '',
): AsyncGenerator<ReferrerDescriptor> {
  const noted = await store.referrers.list(repository, subject);
  const digests = new Set([...noted, ...(await listedUnderTag(store, repository, subject))]);
  for (const digest of [...digests].toSorted()) {
    const descriptor = digest > last ? await describe(store, repository, subject, digest) : undefined;
    if (descriptor !== undefined) yield descriptor;
  }
}

/** The descriptor, made anew from the manifest; undefined where it is gone, or has another subject. */
async function describe(
  store: Store,
  repository: string,
  subject: Digest,
  digest: Digest,
): Promise<ReferrerDescriptor | undefined> {
  const stored = await store.manifests.read(repository, digest);
  const content = stored && readManifest(stored.bytes);
  if (stored === undefined || typeof content !== 'object' || content.subject !== subject) return undefined;
  const { artifactType, annotations } = content;
  return {
    mediaType: stored.mediaType,
    digest,
    size: stored.bytes.length,
    ...(artifactType !== undefined && { artifactType }),
    ...(annotations && { annotations }),
  };
}

async function listedUnderTag(store: Store, repository: string, subject: Digest): Promise<readonly Digest[]> {
  const { algorithm, hex } = splitDigest(subject);
  const index = await store.tags.read(repository, `${algorithm}-${hex.slice(0, 64)}`);
  const stored = index && (await store.manifests.read(repository, index));
  const content = stored && readManifest(stored.bytes);
  return typeof content === 'object' ? content.manifests : [];
}
