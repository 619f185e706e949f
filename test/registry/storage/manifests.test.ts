import test from 'ava';
import { ThawError } from '../../../src/errors.ts';
import { digestOf } from '../../../src/oci/digest.ts';
import { MANIFEST } from '../../../src/oci/media-types.ts';
import { readManifest } from '../../../src/registry/storage/manifest-content.ts';
import { Manifests } from '../../../src/registry/storage/manifests.ts';
import { openStore, type Store } from '../../../src/registry/storage/store.ts';
import { Tags } from '../../../src/registry/storage/tags.ts';
import { faultsInDataFolder } from '../../helpers/data-folder.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { EMPTY, imageManifest } from '../../helpers/pushes.ts';
import { throwsCode } from '../../helpers/throws.ts';

const IMAGE = imageManifest([]);
const DIGEST = digestOf(IMAGE);

async function pushImage({ blobs, manifests }: Store): Promise<void> {
  const content = readManifest(IMAGE);
  if (typeof content === 'string') throw new Error(content);
  await blobs.write(digestOf(EMPTY), Buffer.from(EMPTY));
  await blobs.link('a', digestOf(EMPTY));
  await manifests.put('a', { bytes: IMAGE, mediaType: MANIFEST, content, tags: ['one', 'two'] });
}

/** Cannot remove a tag, as on a disk that fails half-way. */
class StuckTags extends Tags {
  override async remove(): Promise<boolean> {
    throw new ThawError('STORAGE_FAILED', { message: 'it is stuck', next: 'see the disk' });
  }
}

test('a deletion that ends half-way leaves no tag without its manifest', async (t) => {
  const root = await temporaryFolder(t);
  const store = await openStore(root);
  await pushImage(store);
  const stuck = new Manifests(store.paths, { ...store, tags: new StuckTags(store.paths) });
  await throwsCode(t, 'STORAGE_FAILED', () => stuck.remove('a', DIGEST));
  t.is((await store.manifests.read('a', DIGEST))?.digest, DIGEST);
  t.deepEqual(await faultsInDataFolder(root), []);
});

test('a manifest that is removed takes its tags with it, and cannot be removed again', async (t) => {
  const store = await openStore(await temporaryFolder(t));
  await pushImage(store);
  t.true(await store.manifests.remove('a', DIGEST));
  t.deepEqual((await store.tags.list('a')).tags, []);
  t.is(await store.manifests.read('a', DIGEST), undefined);
  t.false(await store.manifests.remove('a', DIGEST));
});
