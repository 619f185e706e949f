import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { digestOf } from '../../../src/oci/digest.ts';
import { putBack, removeUnlessWanted, restoreAside } from '../../../src/registry/storage/aside.ts';
import { StoragePaths } from '../../../src/registry/storage/paths.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { filesBelow } from '../../helpers/stored-images.ts';

const DIGEST = digestOf('blob');

async function withBlob(t: ExecutionContext) {
  const paths = new StoragePaths(await temporaryFolder(t));
  const data = paths.blobData(DIGEST);
  await mkdir(dirname(data), { recursive: true });
  await writeFile(data, 'blob');
  return { paths, data, folder: dirname(data) };
}

/** A removal that was killed after it took the folder away. */
async function killed({ paths, folder }: { paths: StoragePaths; folder: string }): Promise<void> {
  const stopped = removeUnlessWanted(paths, folder, () => Promise.reject(new Error('killed')));
  await stopped.catch(() => {});
}

test('garbage is removed, and nothing of it is left', async (t) => {
  const { paths, folder } = await withBlob(t);
  t.true(
    await removeUnlessWanted(paths, folder, async (aside) => (await readFile(join(aside, 'data'), 'utf8')) === 'blob'),
  );
  t.deepEqual(await filesBelow(paths.root), []);
  t.deepEqual(await readdir(paths.aside), []);
});

test('what is wanted after all is put back', async (t) => {
  const { paths, data, folder } = await withBlob(t);
  t.false(await removeUnlessWanted(paths, folder, async () => false));
  t.is(await readFile(data, 'utf8'), 'blob');
  t.deepEqual(await readdir(paths.aside), []);
});

test('what is not there is not removed', async (t) => {
  const { paths, folder } = await withBlob(t);
  t.false(await removeUnlessWanted(paths, `${folder}0`, async () => true));
  t.false(await putBack(paths, `${folder}0`));
});

test('whoever misses it puts it back, and then it is not removed', async (t) => {
  const { paths, data, folder } = await withBlob(t);
  const removed = await removeUnlessWanted(paths, folder, async () => {
    t.true(await putBack(paths, folder));
    return true;
  });
  t.false(removed);
  t.is(await readFile(data, 'utf8'), 'blob');
});

test('what was stored anew meanwhile stays, and the old one goes', async (t) => {
  const { paths, data, folder } = await withBlob(t);
  const storeAnew = async () => {
    await mkdir(folder);
    await writeFile(data, 'anew');
    return false;
  };
  t.false(await removeUnlessWanted(paths, folder, storeAnew));
  t.is(await readFile(data, 'utf8'), 'anew');
  t.deepEqual(await readdir(paths.aside), []);
});

test('what a killed process has put aside comes back when it is missed', async (t) => {
  const store = await withBlob(t);
  await killed(store);
  t.deepEqual(await readdir(dirname(store.folder)), []);
  t.true(await putBack(store.paths, store.folder));
  t.is(await readFile(store.data, 'utf8'), 'blob');
});

test('what a killed process has put aside comes back when it has lain there for a while', async (t) => {
  const store = await withBlob(t);
  await killed(store);
  await restoreAside(store.paths, 60_000);
  t.deepEqual(await readdir(dirname(store.folder)), [], 'it may be in the hands of a living one');
  await restoreAside(store.paths, -1000);
  t.is(await readFile(store.data, 'utf8'), 'blob');
  t.deepEqual(await readdir(store.paths.aside), []);
});

test('restoring does not replace what was stored anew', async (t) => {
  const store = await withBlob(t);
  await killed(store);
  await mkdir(store.folder);
  await writeFile(store.data, 'anew');
  await restoreAside(store.paths, -1000);
  t.is(await readFile(store.data, 'utf8'), 'anew');
  t.deepEqual(await readdir(store.paths.aside), []);
});
