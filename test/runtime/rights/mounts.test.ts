import test from 'ava';
import { FILE_SYSTEMS, type FrozenMount } from '../../../src/checkpoint/criu/mounts.ts';
import type { BundleConfig } from '../../../src/runtime/bundle/config.ts';
import { exceedsMounts } from '../../../src/runtime/rights/mounts.ts';
import { recordedConfig } from '../../helpers/bundles.ts';

const { proc, sysfs, tmpfs, overlay, cgroup, cgroup2 } = FILE_SYSTEMS;
const CONFIG: BundleConfig = {
  root: { path: '/r' },
  mounts: [
    { destination: '/data', type: 'bind', options: ['rbind', 'rw'] },
    { destination: '/conf', type: 'bind', options: ['rbind', 'ro'] },
    { destination: '/deep', type: 'bind', options: ['rbind', 'rro'] },
    { destination: '/sys', type: 'sysfs', options: ['nosuid', 'ro'] },
    { destination: '/sys/fs/cgroup', type: 'cgroup', options: ['ro'] },
  ],
};

function mount(path: string, fileSystem: number, changes: Partial<FrozenMount> = {}): FrozenMount {
  return { path, root: '/', fileSystem, readOnly: false, plugin: false, ...changes };
}

const HARMLESS: readonly FrozenMount[] = [
  mount('/', overlay),
  mount('/proc', proc),
  mount('/proc/sys', proc, { root: '/sys', readOnly: true }),
  mount('/sys', sysfs, { readOnly: true }),
  mount('/sys/fs/cgroup', tmpfs),
  mount('/sys/fs/cgroup/pids', cgroup, { readOnly: true, external: '/sys/fs/cgroup/pids' }),
  mount('/sys/fs/cgroup', cgroup2, { readOnly: true }),
  mount('/dev', tmpfs),
  mount('/proc/keys', tmpfs, { external: '/dev/null' }),
  mount('/data', 0, { external: '/data' }),
  mount('/conf', 0, { external: '/conf', readOnly: true }),
  mount('/anywhere', tmpfs),
];

test('what containers mount passes', (t) => {
  t.is(
    exceedsMounts(HARMLESS, CONFIG, () => true),
    undefined,
  );
});

const EXCEEDING: Readonly<Record<string, readonly [mount: FrozenMount, words: RegExp]>> = {
  'a disk of the node': [mount('/host', 0), /"\/host" of a file system/],
  'any file system by its name': [mount('/host', 16), /CRIU's type 16/],
  'the devices of the node': [mount('/dev', 3), /file system/],
  'an overlay of folders of the node': [mount('/host', overlay), /file system/],
  'a second /proc': [mount('/tmp/proc', proc), /file system/],
  'a part of /proc in its place': [mount('/proc', proc, { root: '/sys' }), /file system/],
  'a writable part of /proc': [mount('/proc/sys', proc, { root: '/sys' }), /file system/],
  'a second /sys': [mount('/tmp/sys', sysfs, { readOnly: true }), /file system/],
  'a writable /sys': [mount('/sys', sysfs), /"\/sys" writable/],
  'writable cgroups': [mount('/sys/fs/cgroup/pids', cgroup, { external: '/sys/fs/cgroup/pids' }), /writable/],
  'writable cgroups of version 2': [mount('/sys/fs/cgroup', cgroup2), /writable/],
  'a writable volume that is read-only': [mount('/conf', 0, { external: '/conf' }), /"\/conf" writable/],
  'a writable volume that is read-only to its depth': [mount('/deep', 0, { external: '/deep' }), /writable/],
  'a writable volume under another name': [mount('/data', 0, { external: '/conf' }), /writable/],
  'a mount of a plugin': [mount('/data', 0, { external: '/data', plugin: true }), /plugin/],
  'a path that could steer a terminal': [mount('/\u001b[2J', 0), /u001b/],
};

for (const [title, [wrong, words]] of Object.entries(EXCEEDING)) {
  test(`${title} is beyond what a pod gives`, (t) => {
    t.regex(exceedsMounts([...HARMLESS, wrong], CONFIG, () => true) ?? '', words);
  });
}

test('a root that the pod has read-only must have been so', (t) => {
  const config = { ...CONFIG, root: { path: '/r', readonly: true } };
  t.regex(exceedsMounts([mount('/', overlay)], config, () => true) ?? '', /readOnlyRootFilesystem/);
  t.is(
    exceedsMounts([mount('/', overlay, { readOnly: true })], config, () => true),
    undefined,
  );
});

test("the kernel's settings are read-only wherever the node has them", (t) => {
  const config = { ...CONFIG, linux: { readonlyPaths: ['/proc/sys', '/proc/sysrq-trigger', '/proc/other'] } };
  const exists = (path: string): boolean => path !== '/proc/sysrq-trigger';
  t.is(exceedsMounts(HARMLESS, config, exists), undefined);
  t.regex(exceedsMounts([mount('/', overlay)], config, exists) ?? '', /could write to \/proc\/sys,/);
  t.regex(exceedsMounts(HARMLESS, config, () => true) ?? '', /sysrq-trigger/);
  t.is(recordedConfig('containerd-2.3/container').linux?.readonlyPaths?.includes('/proc/sys'), true);
});
