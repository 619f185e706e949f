import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { type Digest, digestOf } from '../../../src/oci/digest.ts';
import { INDEX, MANIFEST } from '../../../src/oci/media-types.ts';
import { readManifest } from '../../../src/registry/storage/manifest-content.ts';
import { referrersOf } from '../../../src/registry/storage/referrer-list.ts';
import { openStore, type Store } from '../../../src/registry/storage/store.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { imageManifest } from '../../helpers/pushes.ts';

const SUBJECT = digestOf('subject');

async function put(store: Store, bytes: Buffer, tags: readonly string[] = []): Promise<Digest> {
  const content = readManifest(bytes);
  if (typeof content === 'string') throw new Error(content);
  return store.manifests.put('a', { bytes, mediaType: content.mediaType ?? MANIFEST, content, tags });
}

function referrer(name: string): Buffer {
  return imageManifest([], { subject: { mediaType: MANIFEST, digest: SUBJECT, size: 1 }, annotations: { name } });
}

async function listed(store: Store, last?: string): Promise<string[]> {
  const digests: string[] = [];
  for await (const { digest } of referrersOf(store, 'a', SUBJECT, last)) digests.push(digest);
  return digests;
}

test('referrers come in the order of their digests, those after the last one', async (t) => {
  const store = await openStore(await temporaryFolder(t));
  const digests = await Promise.all(['x', 'y', 'z'].map((name) => put(store, referrer(name))));
  const sorted = digests.toSorted();
  t.deepEqual(await listed(store), sorted);
  t.deepEqual(await listed(store, sorted[0]), sorted.slice(1));
});

test('what a client listed under the referrers tag of a registry without this API is found', async (t) => {
  const root = await temporaryFolder(t);
  const store = await openStore(root);
  const [inside, outside] = [await put(store, referrer('x')), await put(store, imageManifest([]))];
  const manifests = [inside, outside, digestOf('gone')].map((digest) => ({ mediaType: MANIFEST, digest, size: 1 }));
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }));
  await put(store, index, [SUBJECT.replace(':', '-')]);
  await rm(join(root, 'docker/registry/v2/repositories/a/_referrers'), { recursive: true });
  t.deepEqual(await listed(store), [inside]);
});
