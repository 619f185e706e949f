import test from 'ava';
import { machineCgroups } from '../../../scripts/podman/cgroups.ts';

const line = (folder: string, type: string, options: string) =>
  `31 23 0:28 / ${folder} rw,nosuid shared:9 - ${type} cgroup rw,${options}`;

const NAMES = ['cpu,cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'pids'];
const V1 = NAMES.map((name) => line(`/sys/fs/cgroup/${name}`, 'cgroup', name)).join('\n');
const HYBRID = `${V1}\n${line('/sys/fs/cgroup/unified', 'cgroup2', 'nsdelegate')}`;
const V2 = line('/sys/fs/cgroup', 'cgroup2', 'nsdelegate');

const seen = (mountinfo: string, version?: 1 | 2) => machineCgroups(mountinfo, 'm', version);

test('a machine on a host of v1 has a cgroup in each hierarchy, and sees them all', (t) => {
  const { folders, joinedBy, env } = seen(V1);
  t.deepEqual(
    folders,
    NAMES.map((name) => `/sys/fs/cgroup/${name}/m`),
  );
  t.deepEqual(
    joinedBy,
    folders.map((folder) => `${folder}/cgroup.procs`),
  );
  t.like(env, { CGROUPS: '1', UNIFIED: '' });
  t.is(env['HIERARCHIES']?.split('\n')[0], 'cpu,cpuacct cpu,cpuacct');
});

test('on a hybrid host it has one in the unified hierarchy too, which it does not see', (t) => {
  const { folders, joinedBy, env } = seen(HYBRID);
  t.is(folders.at(-1), '/sys/fs/cgroup/unified/m');
  t.is(joinedBy.at(-1), '/sys/fs/cgroup/unified/m/cgroup.procs');
  t.is(env['CGROUPS'], '1');
  t.false(env['HIERARCHIES']?.includes('unified'));
});

test('on a hybrid host it can see the unified hierarchy alone, from a cgroup below its own', (t) => {
  const { folders, joinedBy, env } = seen(HYBRID, 2);
  t.deepEqual(folders, seen(HYBRID).folders);
  t.is(joinedBy.at(-1), '/sys/fs/cgroup/unified/m/init/cgroup.procs');
  t.is(joinedBy[0], '/sys/fs/cgroup/cpu,cpuacct/m/cgroup.procs');
  t.deepEqual(env, { CGROUPS: '2', UNIFIED: '/sys/fs/cgroup/unified/m', HIERARCHIES: '' });
});

test('on a host of v2 it has one cgroup, and runs below it', (t) => {
  t.deepEqual(seen(V2), {
    folders: ['/sys/fs/cgroup/m'],
    joinedBy: ['/sys/fs/cgroup/m/init/cgroup.procs'],
    env: { CGROUPS: '2', UNIFIED: '/sys/fs/cgroup/m', HIERARCHIES: '' },
  });
});

test('a version that the host does not have is refused', (t) => {
  t.throws(() => seen(V1, 2), { message: 'this host has no cgroups of version 2' });
  t.throws(() => seen(V2, 1), { message: 'this host has no cgroups of version 1' });
});

test('a host without cgroups is refused with the reason', (t) => {
  t.throws(() => seen(''), { message: /no cgroup file system is mounted/ });
});
