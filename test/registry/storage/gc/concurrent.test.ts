import { rmSync, utimesSync } from 'node:fs';
import { dirname } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { digestOf } from '../../../../src/oci/digest.ts';
import { findGarbage } from '../../../../src/registry/storage/gc/mark.ts';
import { surveyStore } from '../../../../src/registry/storage/gc/survey.ts';
import { sweep } from '../../../../src/registry/storage/gc/sweep.ts';
import { openStore, type Store } from '../../../../src/registry/storage/store.ts';
import { verifyStore } from '../../../../src/registry/storage/verify/verify.ts';
import { temporaryFolder } from '../../../helpers/fixtures.ts';
import { age, storeBlob, storeImage, storeIndex } from '../../../helpers/stored-images.ts';
import { throwsCode } from '../../../helpers/throws.ts';

const HOUR = 3_600_000;

/** A collection with no grace period that has looked, and has not swept yet. */
async function marked(store: Store): Promise<() => Promise<number>> {
  const survey = await surveyStore(store);
  const cutoff = survey.began;
  const garbage = findGarbage(survey, {
    cutoff,
    pushCutoff: cutoff,
    keepUntagged: false,
    isPinned: () => false,
    isLetGo: () => false,
  });
  return async () => {
    const swept = await sweep(store.paths, garbage, cutoff);
    return swept.blobs;
  };
}

async function withGarbage(t: ExecutionContext) {
  const store = await openStore(await temporaryFolder(t));
  const image = await storeImage(store, { layers: ['layer'] });
  await storeBlob(store, 'lone');
  await age(store.root, HOUR);
  return { store, image, sweepNow: await marked(store) };
}

test('what nobody touches between the look and the sweep goes', async (t) => {
  const { sweepNow } = await withGarbage(t);
  t.is(await sweepNow(), 4);
});

test('an image that is tagged between the look and the sweep stays whole', async (t) => {
  const { store, image, sweepNow } = await withGarbage(t);
  t.is(await storeImage(store, { tag: 'x', layers: ['layer'] }), image);
  t.is(await sweepNow(), 1, 'the lone blob');
  t.is(await store.tags.read('a', 'x'), image);
  t.deepEqual((await verifyStore(store)).faults, []);
});

test('an index that is tagged between the look and the sweep keeps all that is below it', async (t) => {
  const { store, image, sweepNow } = await withGarbage(t);
  const inner = await storeIndex(store, {}, [image]);
  await age(store.root, HOUR);
  const sweepLater = await marked(store);
  await storeIndex(store, { tag: 'x' }, [inner]);
  await sweepNow();
  await sweepLater();
  t.deepEqual((await verifyStore(store)).faults, []);
  t.is(await store.blobs.size('a', digestOf('layer')), 5);
});

test('a blob that a pusher finds between the look and the sweep stays', async (t) => {
  const { store, sweepNow } = await withGarbage(t);
  t.is(await store.blobs.claim('a', digestOf('lone')), 4);
  t.is(await sweepNow(), 3);
  t.is(await store.blobs.size('a', digestOf('lone')), 4);
});

test('a blob that is touched at the moment at which it is taken away is put back', async (t) => {
  const { store } = await withGarbage(t);
  const { paths } = store;
  const { aside } = paths;
  const touching = Object.create(paths, {
    aside: {
      get() {
        const now = new Date();
        utimesSync(paths.blobData(digestOf('lone')), now, now); // the sweep has looked at its age already
        return aside;
      },
    },
  });
  const garbage = { repositories: [], blobs: [digestOf('lone')], bytes: 4 };
  t.is((await sweep(touching, garbage, Date.now() - HOUR / 2)).blobs, 0);
  t.is(await store.blobs.storedSize(digestOf('lone')), 4);
});

/** Something happens after the blobs of a manifest were found, and before its tag is written. */
async function disturbed(t: ExecutionContext, disturb: (store: Store) => void) {
  const root = await temporaryFolder(t);
  const calm = await openStore(root);
  const image = await storeImage(calm, { layers: ['layer'] });
  const store = await openStore(root, {
    isImmutable: () => {
      disturb(calm);
      return false;
    },
  });
  return { store, calm, image };
}

test('a push is refused when a blob goes while its manifest is stored, and leaves no tag', async (t) => {
  const { store, calm, image } = await disturbed(t, ({ paths }) =>
    rmSync(dirname(paths.blobData(digestOf('layer'))), { recursive: true }),
  );
  await calm.tags.write('a', 'old', image, { replace: false });
  const bytes = (await calm.manifests.read('a', image))?.bytes ?? Buffer.alloc(0);
  const content = { blobs: [digestOf('layer')], manifests: [] } as never;
  const put = { bytes, mediaType: 'x/y', content, tags: ['new'], replace: true };
  const error = await throwsCode(t, 'NOT_FOUND', () => store.manifests.put('a', put));
  t.is(error?.facts['digest'], digestOf('layer'));
  t.is(await store.tags.read('a', 'new'), undefined);
  t.false(await store.manifests.has('a', image));
});

test('a manifest whose link and bytes go while it is tagged is stored again', async (t) => {
  const target: { digest?: ReturnType<typeof digestOf> } = {};
  const { store, calm, image } = await disturbed(t, ({ paths }) => {
    const digest = target.digest ?? digestOf('');
    rmSync(dirname(paths.revisionLink('a', digest)), { recursive: true });
    rmSync(dirname(paths.blobData(digest)), { recursive: true });
  });
  target.digest = image;
  t.is(await storeImage(store, { tag: 'x', layers: ['layer'] }), image);
  t.deepEqual((await verifyStore(calm)).faults, []);
});

test('a tag that is moved is not removed by somebody who saw the old one', async (t) => {
  const store = await openStore(await temporaryFolder(t));
  const old = await storeImage(store, { tag: 'x', layers: ['1'] });
  const moved = await storeImage(store, { tag: 'x', layers: ['2'] });
  t.false(await store.tags.remove('a', 'x', old));
  t.is(await store.tags.read('a', 'x'), moved);
  t.true(await store.tags.remove('a', 'x', moved));
  t.is(await store.tags.read('a', 'x'), undefined);
});
