import { mkdir, readFile, writeFile } from 'node:fs/promises';
import test, { type ExecutionContext } from 'ava';
import { type ContainerPaths, containerPaths } from '../../../src/runtime/container/paths.ts';
import { interrupted, markRestoring, unmarkRestoring } from '../../../src/runtime/container/restoring.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';

const GLOBALS = ['--root', '/run/runc'];

async function restoring(t: ExecutionContext): Promise<{ run: string; paths: ContainerPaths }> {
  const run = await temporaryFolder(t);
  const paths = containerPaths(run, 'abc');
  await mkdir(paths.folder);
  markRestoring(paths, GLOBALS);
  return { run, paths };
}

test('a restore whose process lives is not interrupted', async (t) => {
  t.deepEqual(interrupted((await restoring(t)).run), []);
});

test('one whose process is gone is, also when another process has its number', async (t) => {
  const { run, paths } = await restoring(t);
  const maker = JSON.parse(await readFile(paths.restoring, 'utf8'));
  for (const change of [{ pid: 2 ** 22 + 1 }, { started: '1' }]) {
    await writeFile(paths.restoring, JSON.stringify({ ...maker, ...change }));
    t.deepEqual(interrupted(run), [{ id: 'abc', globals: GLOBALS }]);
  }
});

test('one that was cut off while it said who it is, is interrupted', async (t) => {
  const { run, paths } = await restoring(t);
  await writeFile(paths.restoring, '{"pid":');
  t.deepEqual(interrupted(run), [{ id: 'abc', globals: [] }]);
});

test('one that has come to its end is not, nor is anything where nothing was ever restored', async (t) => {
  const { run, paths } = await restoring(t);
  unmarkRestoring(paths);
  unmarkRestoring(paths);
  t.deepEqual(interrupted(run), []);
  t.deepEqual(interrupted('/nowhere'), []);
});
