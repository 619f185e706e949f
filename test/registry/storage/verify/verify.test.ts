import { mkdir, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Digest, digestOf } from '../../../../src/oci/digest.ts';
import { collectGarbage } from '../../../../src/registry/storage/gc/collect.ts';
import { statsOf } from '../../../../src/registry/storage/stats.ts';
import { openStore, type Store } from '../../../../src/registry/storage/store.ts';
import type { Fault } from '../../../../src/registry/storage/verify/fault.ts';
import { verifyStore } from '../../../../src/registry/storage/verify/verify.ts';
import { temporaryFolder } from '../../../helpers/fixtures.ts';
import { age, NAMES, storeBlob, storeImage, storeIndex } from '../../../helpers/stored-images.ts';

const LAYER = Buffer.alloc(3_000_000, 'layer');
const HOUR = 3_600_000;

/** A store that is old, so that a fault is believed at the second look. */
async function stored(t: ExecutionContext) {
  const store = await openStore(await temporaryFolder(t));
  const image = await storeImage(store, { tag: 'x', layers: [LAYER] });
  await age(store.root, HOUR);
  return { store, image };
}

async function flip(path: string, at: number): Promise<void> {
  const handle = await open(path, 'r+');
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, at);
  buffer[0] = (buffer[0] ?? 0) ^ 1;
  await handle.write(buffer, 0, 1, at);
  await handle.close();
}

test('a sound store has no fault, and all of it was looked at', async (t) => {
  const { store, image } = await stored(t);
  await storeIndex(store, { tag: 'all', repository: 'a' }, [image]);
  const seen: [number, number][] = [];
  const verified = await verifyStore(store, { onProgress: (...progress) => seen.push(progress) });
  t.like(verified, { blobs: 4, repositories: 1, tags: 2, manifests: 2, faults: [] });
  t.deepEqual(seen.at(-1), [verified.bytes, verified.bytes]);
});

for (const at of [0, 1_500_000, LAYER.length - 1]) {
  test(`a flipped bit in byte ${at} is found, and stays where it is unless that is asked for`, async (t) => {
    const { store } = await stored(t);
    const path = store.paths.blobData(digestOf(LAYER));
    await flip(path, at);
    const { faults } = await verifyStore(store);
    t.is(faults.length, 1);
    t.like(faults[0], { kind: 'blob-damaged', digest: digestOf(LAYER), found: digestOf(await readFile(path)) });
  });
}

test('a damaged blob that is quarantined is not served, and a push brings it back', async (t) => {
  const { store, image } = await stored(t);
  await flip(store.paths.blobData(digestOf(LAYER)), 7);
  const { faults } = await verifyStore(store, { quarantine: true });
  t.deepEqual(
    faults.map(({ kind }) => kind),
    ['blob-damaged', 'content-missing'],
  );
  const moved = faults[0]?.kind === 'blob-damaged' ? faults[0].quarantined : undefined;
  t.is((await readFile(moved ?? '')).length, LAYER.length);
  t.is(await store.blobs.open('a', digestOf(LAYER)), undefined);
  t.is((await statsOf(store, { grace: 0, names: NAMES })).quarantined.bytes, LAYER.length);
  t.is(await storeImage(store, { tag: 'x', layers: [LAYER] }), image);
  t.deepEqual((await verifyStore(store)).faults, []);
});

test('a damaged manifest that is quarantined is not served', async (t) => {
  const { store, image } = await stored(t);
  await truncate(store.paths.blobData(image), 10);
  const { faults } = await verifyStore(store, { quarantine: true });
  t.deepEqual(
    faults.map(({ kind }) => kind),
    ['blob-damaged', 'manifest-missing'],
  );
  t.is(await store.manifests.read('a', image), undefined);
});

/** What is done to a store with the image `a:x`, and the faults that are found then. */
const broken = test.macro({
  async exec(t, breakIt: (store: Store, image: Digest) => Promise<unknown>, ...kinds: Fault['kind'][]) {
    const { store, image } = await stored(t);
    await breakIt(store, image);
    const told: Fault[] = [];
    const { faults } = await verifyStore(store, { onFault: (fault) => told.push(fault) });
    t.deepEqual(
      faults.map(({ kind }) => kind),
      kinds,
    );
    t.deepEqual(told, faults);
  },
  title: (what = '') => `${what}`,
});

test(
  'a blob that is gone is missed by the manifest that names it',
  broken,
  ({ paths }) => rm(paths.blobData(digestOf(LAYER))),
  'content-missing',
);
test(
  'a blob that the repository has no link to is missed, though it is there',
  broken,
  ({ blobs }) => blobs.unlink('a', digestOf(LAYER)),
  'content-missing',
);
test('a manifest that is gone is missed', broken, ({ paths }, image) => rm(paths.blobData(image)), 'manifest-missing');
test(
  'a tag without its manifest is found',
  broken,
  ({ paths }, image) => rm(dirname(paths.revisionLink('a', image)), { recursive: true }),
  'tag-dangling',
);
test(
  'a tag whose link was emptied by a crash is found',
  broken,
  ({ paths }) => truncate(paths.tagCurrent('a', 'x')),
  'tag-unreadable',
);
test(
  'a link to a blob that nobody needs and nobody has is no fault: Distribution leaves such links',
  broken,
  async ({ paths }) => {
    const link = paths.layerLink('a', digestOf('never there'));
    await mkdir(dirname(link), { recursive: true });
    await writeFile(link, digestOf('never there'));
  },
);
test(
  'a blob that is no manifest is found when it is linked as one',
  broken,
  async (store) => {
    const digest = await storeBlob(store, 'no JSON');
    await mkdir(dirname(store.paths.revisionLink('a', digest)), { recursive: true });
    await writeFile(store.paths.revisionLink('a', digest), digest);
    await age(store.root, HOUR);
  },
  'manifest-invalid',
);
test(
  'an index whose manifest was deleted is found',
  broken,
  async (store, image) => {
    await storeIndex(store, { tag: 'all' }, [image]);
    await store.manifests.remove('a', image);
    await age(store.root, HOUR);
  },
  'content-missing',
);

test('looking keeps no garbage alive', async (t) => {
  const { store } = await stored(t);
  await store.tags.remove('a', 'x');
  await verifyStore(store);
  t.is((await collectGarbage(store, { grace: HOUR / 2, names: NAMES })).blobs, 3);
});

test('a verification stops when it is cancelled', async (t) => {
  const { store } = await stored(t);
  const reason = new Error('stop');
  t.is(await t.throwsAsync(verifyStore(store, { signal: AbortSignal.abort(reason) })), reason);
});
