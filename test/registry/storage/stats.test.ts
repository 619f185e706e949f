import test from 'ava';
import { statsOf } from '../../../src/registry/storage/stats.ts';
import { openStore } from '../../../src/registry/storage/store.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { age, NAMES, storeBlob, storeImage } from '../../helpers/stored-images.ts';

test('a store is counted, with what is garbage and what is still too young for it', async (t) => {
  const store = await openStore(await temporaryFolder(t));
  await storeImage(store, { tag: 'x', layers: ['12345'] });
  await storeImage(store, { tag: 'x', layers: ['12345'], repository: 'b' });
  await storeBlob(store, 'garbage');
  await age(store.root, 2 * 3_600_000);
  await storeBlob(store, 'young one', 'b');
  const session = await store.uploads.begin('c');
  await session.append([Buffer.alloc(100)] as unknown as AsyncIterable<Uint8Array>);
  const { blobs, ...stats } = await statsOf(store, { grace: 3_600_000, names: NAMES });
  t.deepEqual(stats, {
    repositories: 2,
    tags: 2,
    manifests: 2,
    sessions: { count: 1, bytes: 100 },
    quarantined: { count: 0, bytes: 0 },
    garbage: { count: 1, bytes: 7 },
    waiting: 9,
  });
  t.is(blobs.count, 5, 'one manifest, its config, its layer, and two that nobody needs');
});
