import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { digestOf } from '../../../src/oci/digest.ts';
import { measureDiskSpace, measureDiskUse } from '../../../src/registry/storage/disk-use.ts';
import { openStore } from '../../../src/registry/storage/store.ts';
import { tryWriting } from '../../../src/registry/storage/try-writing.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { throwsCode } from '../../helpers/throws.ts';

test('blobs are counted with their bytes, of both algorithms, and half-removed ones are passed over', async (t) => {
  const { paths, blobs } = await openStore(await temporaryFolder(t));
  t.deepEqual(await measureDiskUse(paths), { blobs: 0, bytes: 0 });
  await blobs.write(digestOf('four'), Buffer.from('four'));
  await blobs.write(digestOf('seven!!', 'sha512'), Buffer.from('seven!!'));
  await blobs.write(digestOf('gone'), Buffer.from('gone'));
  await rm(paths.blobData(digestOf('gone')));
  await writeFile(join(paths.blobs, 'stray'), 'not a blob');
  t.deepEqual(await measureDiskUse(paths), { blobs: 2, bytes: 11 });
});

test('the disk has a size, and no more is free than that', async (t) => {
  const { size, free } = await measureDiskSpace({ root: await temporaryFolder(t) });
  t.true(size > 0 && free >= 0 && free <= size);
});

test('writing is tried without a trace, and fails where it cannot be done', async (t) => {
  const folder = await temporaryFolder(t);
  const { paths } = await openStore(folder);
  await tryWriting(paths);
  await rm(paths.temporary, { recursive: true });
  await throwsCode(t, 'STORAGE_FAILED', () => tryWriting(paths));
  await mkdir(paths.temporary);
  await chmod(paths.temporary, 0o700);
  await t.notThrowsAsync(tryWriting(paths));
});
