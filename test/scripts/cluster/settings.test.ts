import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { SettingsError, settingsOf } from '../../../scripts/cluster/settings.ts';

test('without variables it is bed 0 of two containerd nodes, below the cache of the user', (t) => {
  const settings = settingsOf({ HOME: '/home/ada' });
  t.like(settings, {
    cache: '/home/ada/.cache/thaw',
    state: '/home/ada/.cache/thaw/cluster',
    bridge: 'thaw0',
    host: '10.77.0.1',
    registryName: 'checkpoint-registry.local',
  });
  t.deepEqual(
    settings.nodes.map(({ name, address, pods, runtime }) => [name, address, pods, runtime.kind]),
    [
      ['node-a', '10.77.0.11', '10.77.101.0/24', 'containerd'],
      ['node-b', '10.77.0.12', '10.77.102.0/24', 'containerd'],
    ],
  );
});

test('XDG_CACHE_HOME moves the cache, THAW_CLUSTER the state', (t) => {
  t.like(settingsOf({ HOME: '/root', XDG_CACHE_HOME: '/var/cache', THAW_CLUSTER: '/srv/bed' }), {
    cache: '/var/cache/thaw',
    state: '/srv/bed',
  });
});

test('two numbers have no address and no link in common', (t) => {
  const names = (number: string) => {
    const { bridge, host, nodes } = settingsOf({ HOME: '/root', THAW_CLUSTER_NUMBER: number });
    return [bridge, host, ...nodes.flatMap(({ address, pods, link }) => [address, pods, link])];
  };
  const [one, other] = [new Set(names('0')), names('1')];
  t.is(one.size, 8);
  t.deepEqual(
    other.filter((name) => one.has(name)),
    [],
  );
  for (const link of names('99')) t.true(link.length <= 15 || link.includes('.'), link);
});

const wrong = test.macro({
  exec: (t, env: Record<string, string>, message: RegExp) => {
    t.throws(() => settingsOf({ HOME: '/root', ...env }), { instanceOf: SettingsError, message });
  },
  title: (title = '') => `refused: ${title}`,
});

test('a number that is none', wrong, { THAW_CLUSTER_NUMBER: 'x' }, /0 to 99, not "x"/);
test('a number beyond 99', wrong, { THAW_CLUSTER_NUMBER: '100' }, /0 to 99, not "100"/);
test('a runtime that nobody knows', wrong, { THAW_RUNTIMES: 'docker' }, /containerd and crio, not "docker"/);
test('three runtimes for two nodes', wrong, { THAW_RUNTIMES: 'crio,crio,crio', THAW_CRIO: '/c' }, /two .* not 3/);
test('CRI-O where there is none', wrong, { THAW_RUNTIMES: 'crio', PATH: '/nowhere' }, /none on PATH: set THAW_CRIO/);

test('a crio on PATH is the runtime of both nodes, unless containerd is asked for', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'thaw-test-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'crio'), '');
  await chmod(join(folder, 'crio'), 0o755);
  const kinds = (env: Record<string, string>) =>
    settingsOf({ HOME: '/root', PATH: `/nowhere:${folder}`, ...env }).nodes.map(({ runtime }) => runtime.kind);
  t.deepEqual(kinds({}), ['crio', 'crio']);
  t.deepEqual(kinds({ THAW_RUNTIMES: 'containerd' }), ['containerd', 'containerd']);
  t.deepEqual(kinds({ THAW_RUNTIMES: 'containerd,crio' }), ['containerd', 'crio']);
});

test('THAW_CRIO names the program, before the one on PATH', (t) => {
  const [node] = settingsOf({ HOME: '/root', THAW_CRIO: '/opt/crio' }).nodes;
  t.deepEqual(node?.runtime, { kind: 'crio', program: '/opt/crio' });
});
