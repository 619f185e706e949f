import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { RootFolder } from '../../../src/runtime/rootfs/root-folder.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { throwsCode } from '../../helpers/throws.ts';

async function root(t: ExecutionContext): Promise<RootFolder> {
  const path = join(await temporaryFolder(t), 'root');
  await mkdir(join(path, 'etc/ssl'), { recursive: true });
  await writeFile(join(path, 'etc/motd'), 'hello');
  await symlink('/etc', join(path, 'host'));
  await symlink('etc', join(path, 'conf'));
  return new RootFolder(path);
}

test('a name leads to its place, however it is written', async (t) => {
  const folder = await root(t);
  for (const name of ['etc/motd', '/etc/motd', './etc//motd', 'etc/./motd']) {
    t.is(folder.find(name), join(folder.path, 'etc/motd'), name);
  }
  t.is(folder.find(''), folder.path);
  t.is(folder.find('/'), folder.path);
});

test('the last part may be a symlink, for it is not followed', async (t) => {
  const folder = await root(t);
  t.is(folder.find('host'), join(folder.path, 'host'));
});

for (const name of ['../x', 'etc/../../x', '..', 'etc/..', 'host/passwd', 'conf/motd', 'host/../x', 'etc/motd\0/x']) {
  test(`${JSON.stringify(name)} is ROOTFS_DIFF_ESCAPES`, async (t) => {
    const folder = await root(t);
    await throwsCode(t, 'ROOTFS_DIFF_ESCAPES', () => folder.make(name));
    await throwsCode(t, 'ROOTFS_DIFF_ESCAPES', () => folder.remove(name));
  });
}

test('folders on the way are made where that is asked for, and else the name is nowhere', async (t) => {
  const folder = await root(t);
  t.is(folder.find('a/b/c'), undefined);
  t.is(folder.find('etc/motd/c'), undefined);
  t.is(folder.make('a/b/c'), join(folder.path, 'a/b/c'));
  t.is((await stat(join(folder.path, 'a/b'))).mode & 0o777, 0o755);
  await throwsCode(t, 'ROOTFS_DIFF_ESCAPES', () => folder.make('etc/motd/c'));
});

test('what is removed goes with all that is in it, and a link goes alone', async (t) => {
  const folder = await root(t);
  const outside = join(folder.path, '../outside');
  await mkdir(outside);
  await writeFile(join(outside, 'kept'), '');
  await symlink(outside, join(folder.path, 'etc/out'));
  folder.remove('etc');
  folder.remove('host');
  folder.remove('never/there');
  folder.remove('/');
  t.deepEqual(await readdir(folder.path), ['conf']);
  t.deepEqual(await readdir(outside), ['kept']);
});

test('a folder that became a symlink is not gone through any more', async (t) => {
  const folder = await root(t);
  t.is(folder.find('etc/motd'), join(folder.path, 'etc/motd'));
  folder.remove('etc');
  await symlink('/etc', join(folder.path, 'etc'));
  await throwsCode(t, 'ROOTFS_DIFF_ESCAPES', () => folder.find('etc/motd'));
});
