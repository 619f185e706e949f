import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { digestOf } from '../../../../src/oci/digest.ts';
import { type CollectOptions, collectGarbage } from '../../../../src/registry/storage/gc/collect.ts';
import { tidyStore } from '../../../../src/registry/storage/gc/tidy.ts';
import { openStore, type Store } from '../../../../src/registry/storage/store.ts';
import { verifyStore } from '../../../../src/registry/storage/verify/verify.ts';
import { temporaryFolder } from '../../../helpers/fixtures.ts';
import { age, filesBelow, NAMES, storeBlob, storeImage, storeIndex } from '../../../helpers/stored-images.ts';
import { throwsCode } from '../../../helpers/throws.ts';

const HOUR = 3_600_000;
const LAYER = Buffer.alloc(900_000, 'layer');
const OTHER = Buffer.alloc(500_000, 'other');

async function opened(t: ExecutionContext): Promise<Store> {
  return openStore(await temporaryFolder(t));
}

function collect(store: Store, options: Partial<CollectOptions> = {}) {
  return collectGarbage(store, { grace: HOUR, names: NAMES, ...options });
}

async function onDisk(store: Store): Promise<number> {
  return (await verifyStore(store)).bytes;
}

test('an overwritten tag frees the disk once the grace period is over', async (t) => {
  const store = await opened(t);
  await storeImage(store, { tag: 'web', layers: [LAYER] });
  const before = await onDisk(store);
  await age(store.root, 2 * HOUR);
  await storeImage(store, { tag: 'web', layers: [OTHER] });

  const early = await collect(store);
  t.is(early.bytes, 0, 'it lost its tag just now');
  t.true(early.waiting > LAYER.length && early.waiting < LAYER.length + 1000, `${early.waiting} bytes wait`);

  await age(store.root, 2 * HOUR);
  const { bytes, blobs, manifests } = await collect(store);
  t.true(bytes > LAYER.length, `${bytes} bytes freed`);
  t.deepEqual({ blobs, manifests }, { blobs: 2, manifests: 1 });
  t.is(await onDisk(store), before - LAYER.length + OTHER.length);
  t.deepEqual((await verifyStore(store)).faults, []);
});

test('a removed tag frees the disk, and its repository is not listed any more', async (t) => {
  const store = await opened(t);
  await storeImage(store, { tag: 'web', layers: [LAYER], repository: 'shop/web' });
  await age(store.root, 2 * HOUR);
  await store.tags.remove('shop/web', 'web');
  t.is((await collect(store)).blobs, 3);
  t.deepEqual(await filesBelow(store.paths.blobs), []);
  await age(store.root, 2 * HOUR);
  await collect(store);
  t.deepEqual((await store.repositories.list()).repositories, []);
  t.deepEqual(await readdir(store.paths.repositories), []);
});

test('a blob that two repositories have stays while one of them needs it', async (t) => {
  const store = await opened(t);
  await storeImage(store, { tag: 'x', layers: [LAYER], repository: 'a' });
  await storeImage(store, { tag: 'x', layers: [LAYER], repository: 'b' });
  await store.tags.remove('a', 'x');
  await age(store.root, 2 * HOUR);
  t.is((await collect(store)).blobs, 0);
  t.is(await store.blobs.size('a', digestOf(LAYER)), undefined);
  t.is(await store.blobs.size('b', digestOf(LAYER)), LAYER.length);
  t.deepEqual((await verifyStore(store)).faults, []);
});

test('what a tagged index names stays, and so does what is about it', async (t) => {
  const store = await opened(t);
  const child = await storeImage(store, { layers: [LAYER] });
  const inner = await storeIndex(store, {}, [child]);
  const index = await storeIndex(store, { tag: 'all' }, [inner]);
  const referrer = await storeImage(store, { layers: ['signature'], subject: index });
  const lone = await storeImage(store, { layers: [OTHER], subject: digestOf('never pushed') });
  await age(store.root, 2 * HOUR);
  t.is((await collect(store)).manifests, 1);
  for (const digest of [child, inner, index, referrer]) t.true(await store.manifests.has('a', digest));
  t.false(await store.manifests.has('a', lone));
  t.deepEqual(await store.referrers.list('a', digestOf('never pushed')), []);
  t.deepEqual(await store.referrers.list('a', index), [referrer]);
  t.deepEqual((await verifyStore(store)).faults, []);
});

test('an untagged manifest stays when it is pinned, and all of them when that is asked for', async (t) => {
  const store = await opened(t);
  const pinned = await storeImage(store, { layers: ['1'], annotations: { [NAMES.keep]: 'true' } });
  const not = await storeImage(store, { layers: ['2'], annotations: { [NAMES.keep]: 'false' } });
  await age(store.root, 2 * HOUR);
  await collect(store, { keepUntagged: true });
  t.true(await store.manifests.has('a', not));
  await collect(store);
  t.deepEqual(await Promise.all([pinned, not].map((digest) => store.manifests.has('a', digest))), [true, false]);
});

test('a dry run says the same and removes nothing', async (t) => {
  const store = await opened(t);
  await storeImage(store, { layers: [LAYER] });
  await age(store.root, 2 * HOUR);
  const files = await filesBelow(store.root);
  const planned = await collect(store, { dryRun: true });
  t.deepEqual(await filesBelow(store.root), files);
  const { bytes, blobs, manifests, layers } = await collect(store);
  t.like(planned, { bytes, blobs, manifests, layers });
  t.true(bytes > 0);
});

test('blobs of a push that takes long wait for their manifest', async (t) => {
  const store = await opened(t);
  const digest = await storeBlob(store, LAYER);
  const session = await store.uploads.begin('a');
  await age(store.root, 2 * HOUR);
  await session.append([OTHER] as unknown as AsyncIterable<Uint8Array>);
  t.is((await collect(store)).blobs, 0);
  t.is(await store.blobs.size('a', digest), LAYER.length);
  await store.uploads.cancel('a', session.id);
  t.is((await collect(store)).blobs, 1, 'nobody pushes any more');
});

const rely = test.macro({
  async exec(t, use: (store: Store) => Promise<unknown>) {
    const store = await opened(t);
    await storeBlob(store, LAYER);
    await age(store.root, 2 * HOUR);
    await use(store);
    t.is((await collect(store)).blobs, 0);
    t.is(await store.blobs.storedSize(digestOf(LAYER)), LAYER.length);
  },
  title: (how = '') => `a blob stays whose age ${how} lets begin anew`,
});

test('being claimed', rely, (store) => store.blobs.claim('a', digestOf(LAYER)));
test('being mounted', rely, (store) =>
  store.blobs.link('b', digestOf(LAYER)).then(() => store.blobs.claim('b', digestOf(LAYER))),
);
test('being pushed again', rely, (store) => storeBlob(store, LAYER));

test('a blob that is only read does not get older', async (t) => {
  const store = await opened(t);
  await storeBlob(store, LAYER);
  await age(store.root, 2 * HOUR);
  await store.blobs.size('a', digestOf(LAYER));
  t.is((await collect(store)).blobs, 1);
});

test('upload sessions of which nobody has heard for a day are removed, younger ones stay', async (t) => {
  const store = await opened(t);
  const stale = await store.uploads.begin('only-a-session');
  await stale.append([LAYER] as unknown as AsyncIterable<Uint8Array>);
  await age(store.root, 25 * HOUR);
  const fresh = await store.uploads.begin('only-a-session');
  const { sessions } = await collect(store);
  t.like(sessions, [{ repository: 'only-a-session', id: stale.id, size: LAYER.length }]);
  t.is(await store.uploads.find('only-a-session', stale.id), undefined);
  t.truthy(await store.uploads.find('only-a-session', fresh.id));
});

test('a session that is asked for is not stale', async (t) => {
  const store = await opened(t);
  const { id } = await store.uploads.begin('a');
  await age(store.root, 25 * HOUR);
  await store.uploads.find('a', id);
  t.deepEqual(await tidyStore(store), []);
});

test('a starting registry removes stale sessions and what killed processes have left', async (t) => {
  const store = await opened(t);
  await store.uploads.begin('a');
  await age(store.root, 25 * HOUR);
  await writeFile(join(store.paths.temporary, 'young'), '');
  t.is((await tidyStore(store)).length, 1);
  t.deepEqual(await readdir(store.paths.temporary), ['young'], 'its rename was just now');
});

test('what a killed collection has put aside comes back when somebody asks for it', async (t) => {
  const store = await opened(t);
  const digest = await storeImage(store, { tag: 'x', layers: [LAYER] });
  const { paths, blobs, manifests } = store;
  const { removeUnlessWanted } = await import('../../../../src/registry/storage/aside.ts');
  for (const path of [paths.blobData(digest), paths.revisionLink('a', digest), paths.blobData(digestOf(LAYER))]) {
    // As a process that is killed in the middle leaves it.
    const stopped = removeUnlessWanted(paths, dirname(path), () => Promise.reject(new Error('killed')));
    await t.throwsAsync(stopped);
  }
  t.truthy(await manifests.read('a', digest));
  t.is(await blobs.claim('a', digestOf(LAYER)), LAYER.length);
});

test('a repository with a manifest that nobody can read keeps all its blobs', async (t) => {
  const store = await opened(t);
  const digest = await storeImage(store, { tag: 'x', layers: [LAYER] });
  await storeBlob(store, OTHER);
  await writeFile(store.paths.blobData(digest), '{"half');
  await age(store.root, 2 * HOUR);
  const { blobs, unreadable } = await collect(store);
  t.is(blobs, 0);
  t.deepEqual(unreadable, [{ repository: 'a', digest }]);
  await rm(dirname(store.paths.blobData(digest)), { recursive: true });
  t.is((await collect(store)).blobs, 0, 'also when it is gone');
  await store.tags.remove('a', 'x');
  t.is((await collect(store)).blobs, 3, 'until nothing names it any more');
});

test('what is no blob, link or session is left alone', async (t) => {
  const store = await opened(t);
  const strange = ['blobs/sha256/zz/zz/data', 'blobs/README', 'repositories/a/_layers/sha256/short/link'];
  for (const path of strange) {
    const file = join(store.paths.blobs, '..', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, 'x');
  }
  await age(store.root, 2 * HOUR);
  await collect(store);
  t.deepEqual((await filesBelow(join(store.paths.blobs, '..'))).toSorted(), strange.toSorted());
});

test('a link of another program, made lately, stops a collection until it is forced', async (t) => {
  const store = await opened(t);
  await storeImage(store, { layers: [LAYER] });
  const foreign = store.paths.layerLink('a', digestOf('foreign'));
  await mkdir(dirname(foreign), { recursive: true });
  await writeFile(foreign, digestOf('foreign'), { mode: 0o644 });
  const old = new Date(Date.now() - 2 * HOUR);
  await age(store.root, 2 * HOUR);
  await utimes(foreign, old, old);
  const error = await throwsCode(t, 'STORE_IN_USE', () => collect(store));
  t.like(error?.facts, { by: 'another program', repository: 'a' });
  t.true((await collect(store, { force: true })).blobs > 0);
});

test('an upload session of another program, with its hash states, stops a collection', async (t) => {
  const store = await opened(t);
  const { id } = await store.uploads.begin('a');
  await mkdir(join(store.paths.upload('a', id), 'hashstates', 'sha256'), { recursive: true });
  await storeBlob(store, 'x');
  const error = await throwsCode(t, 'STORE_IN_USE', () => collect(store));
  t.like(error?.facts, { what: `upload session ${id}` });
});
