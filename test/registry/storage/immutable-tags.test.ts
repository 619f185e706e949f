import test from 'ava';
import { openStore } from '../../../src/registry/storage/store.ts';
import { tagsLike } from '../../../src/registry/storage/tag-patterns.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { storeImage } from '../../helpers/stored-images.ts';
import { throwsCode } from '../../helpers/throws.ts';

test('an immutable tag is set once, never moved, and may be set to the same again', async (t) => {
  const store = await openStore(await temporaryFolder(t), { isImmutable: tagsLike(['v*', 'prod/**:*']) });
  const one = await storeImage(store, { tag: 'v1', layers: ['1'] });
  const error = await throwsCode(t, 'TAG_TAKEN', () => storeImage(store, { tag: 'v1', layers: ['2'] }));
  t.like(error?.facts, { tag: 'v1', taken: one });
  t.is(await store.tags.read('a', 'v1'), one);
  t.is(await storeImage(store, { tag: 'v1', layers: ['1'] }), one);

  await storeImage(store, { tag: 'latest', layers: ['1'] });
  const two = await storeImage(store, { tag: 'latest', layers: ['2'] });
  t.is(await store.tags.read('a', 'latest'), two, 'other tags move');

  await storeImage(store, { tag: 'x', layers: ['1'], repository: 'prod/web' });
  await throwsCode(t, 'TAG_TAKEN', () => storeImage(store, { tag: 'x', layers: ['2'], repository: 'prod/web' }));
});

test('of two that set an immutable tag at once, one is refused', async (t) => {
  const root = await temporaryFolder(t);
  const stores = await Promise.all(['1', '2'].map(() => openStore(root, { isImmutable: () => true })));
  const tries = stores.map((store, at) => storeImage(store, { tag: 'x', layers: [`${at}`] }));
  const settled = await Promise.allSettled(tries);
  t.deepEqual(settled.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
});
