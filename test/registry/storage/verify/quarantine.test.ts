import { stat } from 'node:fs/promises';
import test from 'ava';
import { digestOf } from '../../../../src/oci/digest.ts';
import { openStore } from '../../../../src/registry/storage/store.ts';
import { quarantine } from '../../../../src/registry/storage/verify/quarantine.ts';
import { temporaryFolder } from '../../../helpers/fixtures.ts';
import { storeBlob } from '../../../helpers/stored-images.ts';

test('a blob that was stored anew since it was hashed is put back', async (t) => {
  const store = await openStore(await temporaryFolder(t));
  const digest = await storeBlob(store, 'sound');
  const { ino } = await stat(store.paths.blobData(digest));
  t.is(await quarantine(store.paths, digest, ino + 1), undefined);
  t.is(await store.blobs.size('a', digest), 5);
});

test('a blob that is gone is nothing to quarantine', async (t) => {
  const store = await openStore(await temporaryFolder(t));
  t.is(await quarantine(store.paths, digestOf('never'), 1), undefined);
});
