import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { containerPaths } from '../../../src/runtime/container/paths.ts';
import { makeStandIns, type Place } from '../../../src/runtime/restore/stand-ins.ts';
import { RootFolder } from '../../../src/runtime/rootfs/root-folder.ts';
import { madeBundle, sourceAt, textOf } from '../../helpers/bundles.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { throwsCode } from '../../helpers/throws.ts';

async function place(t: ExecutionContext): Promise<Place> {
  const { config, root } = await madeBundle(t);
  const paths = containerPaths(await temporaryFolder(t), 'abc');
  await mkdir(paths.folder);
  return { config, paths, id: 'abc', root: new RootFolder(root) };
}

test("stand-ins lie beside the engine's own files, and are noted down for the end", async (t) => {
  const at = await place(t);
  const mounts = makeStandIns(
    [
      { destination: '/run/.containerenv', kind: 'empty file' },
      { destination: '/run/secrets', kind: 'empty folder' },
      { destination: '/etc/passwd', kind: 'copy from the root' },
      { destination: '/etc/group', kind: 'copy from the root' },
    ],
    at,
  );
  const [env, secrets, passwd, group] = mounts.map(({ source = '' }) => source) as [string, string, string, string];
  t.is(dirname(env), dirname(sourceAt(at.config, '/etc/hostname')));
  t.is(await readFile(env, 'utf8'), '');
  t.true((await stat(secrets)).isDirectory());
  t.is(await readFile(passwd, 'utf8'), 'root:x:0:0::/:/bin/sh\n');
  t.is(await readFile(group, 'utf8'), '');
  t.is(await textOf(at.paths.strays), `${[env, secrets, passwd, group].join('\n')}\n`);
  t.true(mounts.every(({ type }) => type === 'bind'));
});

test('a link in the root that leads to a file of the node is not copied', async (t) => {
  const at = await place(t);
  const secret = join(await temporaryFolder(t), 'secret');
  await writeFile(secret, 'secret');
  await symlink(secret, join(at.root.path, 'etc/group'));
  const [mount] = makeStandIns([{ destination: '/etc/group', kind: 'copy from the root' }], at);
  t.is(await readFile(mount?.source ?? '', 'utf8'), '');
});

test('where nothing is to be stood in for, nothing is made', async (t) => {
  const at = await place(t);
  t.deepEqual(makeStandIns([], { ...at, config: { root: { path: '/r' } } }), []);
  t.is(await textOf(at.paths.strays), undefined);
});

test('a bundle without files of an engine is BUNDLE_INVALID', async (t) => {
  const at = await place(t);
  const standIns = [{ destination: '/run/.containerenv', kind: 'empty file' }] as const;
  await throwsCode(t, 'BUNDLE_INVALID', () => makeStandIns(standIns, { ...at, config: { root: { path: '/r' } } }));
});
