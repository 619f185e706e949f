import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import {
  assertAlive,
  isAlive,
  kill,
  remember,
  remembered,
  startDaemon,
  strays,
} from '../../../scripts/cluster/processes.ts';
import { type Settings, settingsOf } from '../../../scripts/cluster/settings.ts';
import { makeState, statePaths } from '../../../scripts/cluster/state.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { until } from '../../helpers/until.ts';

async function bed(t: ExecutionContext): Promise<Settings> {
  const settings = settingsOf({ HOME: '/root', THAW_CLUSTER: join(await temporaryFolder(t), 'bed') });
  await makeState(settings);
  t.teardown(async () => {
    await Promise.all((await strays(settings)).map(kill));
  });
  return settings;
}

test('a daemon is remembered by its name until it is killed, and outlives nothing', async (t) => {
  const settings = await bed(t);
  const record = await startDaemon(settings, 'etcd', 'sleep', ['60']);
  t.deepEqual(await remembered(settings), [record]);
  t.true(isAlive(record));
  await kill(record);
  t.false(isAlive(record));
  t.deepEqual(await strays(settings), []);
});

test('another process that has got its number is not it, and is not killed', async (t) => {
  const settings = await bed(t);
  const record = await startDaemon(settings, 'etcd', 'sleep', ['60']);
  await kill({ ...record, started: '1' });
  t.true(isAlive(record));
});

test('a daemon, and what it started, is found when nobody came to remember it', async (t) => {
  const settings = await bed(t);
  const { pid } = await startDaemon(settings, 'node-a', 'sh', ['-c', 'sleep 60 & wait']);
  await rm(join(statePaths(settings).processes, 'node-a.json'));
  t.deepEqual(await remembered(settings), []);
  const found = await until(
    () => strays(settings),
    ({ length }) => length === 2,
  );
  t.true(found.some((stray) => stray.pid === pid));
  await Promise.all(found.map(kill));
  t.deepEqual(await strays(settings), []);
});

test('the daemons of a bed in a folder whose name begins alike are no strays', async (t) => {
  const settings = await bed(t);
  await startDaemon(settings, 'etcd', 'sleep', ['60']);
  t.deepEqual(await strays({ ...settings, state: settings.state.slice(0, -1) }), []);
});

test('a record that was not written to its end is passed over', async (t) => {
  const settings = await bed(t);
  const record = await startDaemon(settings, 'etcd', 'sleep', ['60']);
  await writeFile(join(statePaths(settings).processes, 'registry.json'), '{"name":"regi');
  t.deepEqual(await remembered(settings), [record]);
});

test('a daemon that has ended is said to have, with its last words', async (t) => {
  const settings = await bed(t);
  const untilTold = 'echo no room >&2; until [ -e told ]; do sleep 0.01; done; exit 3';
  const record = await startDaemon(settings, 'etcd', 'sh', ['-c', untilTold]);
  await t.notThrowsAsync(assertAlive(settings, record));
  await writeFile(join(settings.state, 'told'), '');
  await until(
    () => isAlive(record),
    (alive) => !alive,
  );
  await t.throwsAsync(assertAlive(settings, record), { message: 'etcd ended: no room' });
});

test('a process that is not there cannot be remembered', async (t) => {
  const settings = await bed(t);
  const child = execa('true');
  await child;
  await t.throwsAsync(remember(settings, 'etcd', child.pid ?? 0), { message: /^etcd ended at once: its log is empty/ });
  t.deepEqual(await readdir(statePaths(settings).processes), []);
});
