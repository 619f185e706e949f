import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { gatherCrio, librariesOf, pinnsOf } from '../../../scripts/cluster/crio-programs.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';

const LDD = `\tlinux-vdso.so.1 (0x00007fd3dbcf2000)
\tlibgpgme.so.11 => /lib/x86_64-linux-gnu/libgpgme.so.11 (0x00007fd3dbc56000)
\tlibsubid.so.4 => not found
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007fd3db9e7000)
\t/lib64/ld-linux-x86-64.so.2 (0x00007fd3dbcf0000)
`;

test('the libraries of a program are read from what ldd prints, found or not', (t) => {
  t.deepEqual(librariesOf(LDD), [
    { name: 'libgpgme.so.11', path: '/lib/x86_64-linux-gnu/libgpgme.so.11' },
    { name: 'libsubid.so.4', path: undefined },
    { name: 'libc.so.6', path: '/lib/x86_64-linux-gnu/libc.so.6' },
  ]);
});

test('a static program has no libraries', (t) => {
  t.deepEqual(librariesOf('\tnot a dynamic executable\n'), []);
});

/** Empty files below a folder. */
async function place(folder: string, ...files: readonly string[]): Promise<void> {
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), file);
  }
}

const found = test.macro({
  exec: async (t, files: readonly string[], path: string, wanted: string) => {
    const folder = await temporaryFolder(t);
    await place(folder, 'usr/bin/crio', ...files);
    t.is(pinnsOf(join(folder, 'usr/bin/crio'), join(folder, path)), join(folder, wanted));
  },
  title: (title = '') => `the pinns of a crio is taken ${title}`,
});

test('from beside it', found, ['usr/bin/pinns', 'usr/libexec/crio/pinns', 'bin/pinns'], 'bin', 'usr/bin/pinns');
test('from libexec', found, ['usr/libexec/crio/pinns', 'bin/pinns'], 'bin', 'usr/libexec/crio/pinns');
test('from PATH', found, ['bin/pinns'], 'bin', 'bin/pinns');

test('the pinns of a crio is taken from beside the file that a link leads to', async (t) => {
  const folder = await temporaryFolder(t);
  await place(folder, 'opt/crio', 'opt/pinns', 'bin/other');
  await symlink(join(folder, 'opt/crio'), join(folder, 'bin/crio'));
  t.is(pinnsOf(join(folder, 'bin/crio')), join(folder, 'opt/pinns'));
});

test('a crio without a pinns is refused by the path that was looked at', async (t) => {
  const folder = await temporaryFolder(t);
  await place(folder, 'crio');
  t.throws(() => pinnsOf(join(folder, 'crio'), ''), {
    name: 'BuildError',
    message: new RegExp(`beside ${folder}/crio`),
  });
});

test('a crio that is not there is refused by its path', (t) => {
  t.throws(() => pinnsOf('/nowhere/crio'), { name: 'BuildError', message: /no program \/nowhere\/crio/ });
});

test('a node gets the programs, and those of their libraries that its root lacks', async (t) => {
  const folder = await temporaryFolder(t);
  await place(folder, 'bin/pinns', 'root/usr/lib/x86_64-linux-gnu/libc.so.6', 'root/usr/lib/os-release');
  // A program of this machine that is linked against libc and more.
  await symlink('/bin/ls', join(folder, 'bin/crio'));
  await gatherCrio(join(folder, 'bin/crio'), join(folder, 'root'), join(folder, 'gathered'));
  t.deepEqual(await readFile(join(folder, 'gathered/crio')), await readFile('/bin/ls'));
  t.is(await readFile(join(folder, 'gathered/pinns'), 'utf8'), 'bin/pinns');
  const libraries = await readdir(join(folder, 'gathered/lib'));
  t.true(libraries.some((name) => name.startsWith('libselinux.so')));
  t.false(libraries.includes('libc.so.6'));
});
