import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { endLeftovers, removeFiles } from '../../../src/runtime/container/leftovers.ts';
import { type ContainerPaths, containerPaths } from '../../../src/runtime/container/paths.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';

const ID = 'abc123';

async function interrupted(t: ExecutionContext, pid: number | string): Promise<ContainerPaths> {
  const paths = containerPaths(await temporaryFolder(t), ID);
  await mkdir(paths.folder);
  await writeFile(paths.pid, `${pid}\n`);
  await writeFile(paths.restoring, '');
  return paths;
}

function sleeper(t: ExecutionContext, ...words: readonly string[]) {
  const child = spawn('sh', ['-c', 'sleep 60 & wait', ...words], { stdio: 'ignore', detached: true });
  const end = once(child, 'exit');
  t.teardown(() => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // It has ended.
    }
  });
  return { child, end };
}

test('the runc of an interrupted restore is ended', async (t) => {
  const { child, end } = sleeper(t, 'restore', '--detach', ID);
  endLeftovers(await interrupted(t, child.pid ?? 0), ID);
  t.deepEqual(await end, [null, 'SIGKILL']);
});

test("a process ID that is another's by now is left alone", async (t) => {
  for (const words of [
    ['restore', 'other'],
    ['create', ID],
  ]) {
    const { child } = sleeper(t, ...words);
    endLeftovers(await interrupted(t, child.pid ?? 0), ID);
    t.notThrows(() => process.kill(child.pid ?? 0, 0));
  }
  for (const pid of ['', '0', '-1', '1', 'x']) endLeftovers(await interrupted(t, pid), ID);
});

test('nothing is ended of a restore that has come to its end', async (t) => {
  const { child } = sleeper(t, 'restore', ID);
  const paths = await interrupted(t, child.pid ?? 0);
  await rm(paths.restoring);
  endLeftovers(paths, ID);
  t.notThrows(() => process.kill(child.pid ?? 0, 0));
});

test("a container's files go with all that was noted down beside them", async (t) => {
  const run = await temporaryFolder(t);
  const paths = containerPaths(run, ID);
  const strays = [join(run, 'env'), join(run, 'secrets')] as const;
  await mkdir(paths.bundle, { recursive: true });
  await writeFile(strays[0], '');
  await mkdir(strays[1]);
  await writeFile(paths.strays, `${strays.join('\n')}\n${join(run, 'never')}\n`);
  removeFiles(paths);
  t.deepEqual(await readdir(run), []);
  removeFiles(paths);
  t.true((await stat(run)).isDirectory());
});
