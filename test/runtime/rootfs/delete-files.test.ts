import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { deleteFiles } from '../../../src/runtime/rootfs/delete-files.ts';
import { RootFolder } from '../../../src/runtime/rootfs/root-folder.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { throwsCode } from '../../helpers/throws.ts';

test('files, folders and links that the container had deleted go again, and what is not there does not matter', async (t) => {
  const path = await temporaryFolder(t);
  await mkdir(join(path, 'srv/folder'), { recursive: true });
  await symlink('/etc', join(path, 'srv/link'));
  for (const name of ['srv/deleted', 'srv/kept', 'srv/folder/inside']) await writeFile(join(path, name), '');
  deleteFiles(new RootFolder(path), ['/srv/deleted', '/srv/folder', '/srv/link', '/srv/folder/inside', '/nowhere/x']);
  t.deepEqual(await readdir(join(path, 'srv')), ['kept']);
});

for (const name of ['/../x', '/link/x']) {
  test(`the path ${name} is ROOTFS_DIFF_ESCAPES`, async (t) => {
    const path = await temporaryFolder(t);
    await symlink('/tmp', join(path, 'link'));
    await throwsCode(t, 'ROOTFS_DIFF_ESCAPES', () => deleteFiles(new RootFolder(path), [name]));
  });
}

test('a file that cannot be deleted is ROOTFS_DIFF_FAILED', async (t) => {
  const error = await throwsCode(t, 'ROOTFS_DIFF_FAILED', () => deleteFiles(new RootFolder('/proc'), ['/version']));
  t.is(error?.facts['what'], 'deleted.files');
});
