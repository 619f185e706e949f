import test from 'ava';
import { cgroupPlan, v2Refusal } from '../../../scripts/cluster/cgroups.ts';

const line = (folder: string, type: string, options: string, mounted = 'rw,nosuid') =>
  `31 23 0:28 / ${folder} ${mounted} shared:9 - ${type} cgroup ${options}`;

const V1 = ['cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids'].map((name) =>
  line(`/sys/fs/cgroup/${name}`, 'cgroup', `rw,${name}`),
);
const CPU = line('/sys/fs/cgroup/cpu,cpuacct', 'cgroup', 'rw,cpu,cpuacct');
const SYSTEMD = line('/sys/fs/cgroup/systemd', 'cgroup', 'rw,xattr,release_agent=/lib/agent,name=systemd');
const UNIFIED = line('/sys/fs/cgroup/unified', 'cgroup2', 'rw,nsdelegate');
const ROOT = '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw';

test('a host of v1 hierarchies gives each of them with its controllers', (t) => {
  const plan = cgroupPlan([ROOT, ...V1, CPU, SYSTEMD].join('\n'));
  t.like(plan, { version: 1 });
  t.deepEqual('hierarchies' in plan && plan.hierarchies.slice(-2), [
    { folder: '/sys/fs/cgroup/cpu,cpuacct', controllers: 'cpu,cpuacct' },
    { folder: '/sys/fs/cgroup/systemd', controllers: 'name=systemd' },
  ]);
});

test('a hybrid host is one of v1, with a unified hierarchy beside them in which the nodes have cgroups too', (t) => {
  const v1 = cgroupPlan([ROOT, ...V1, CPU].join('\n'));
  t.false('unified' in v1);
  t.deepEqual(cgroupPlan([ROOT, ...V1, CPU, UNIFIED].join('\n')), { ...v1, unified: '/sys/fs/cgroup/unified' });
});

test('a unified hierarchy that is read-only is left out', (t) => {
  const readOnly = UNIFIED.replace(' rw,nosuid ', ' ro,nosuid ');
  t.deepEqual(cgroupPlan([...V1, CPU, readOnly].join('\n')), cgroupPlan([...V1, CPU].join('\n')));
});

test('a host of cgroup2 alone is one of v2', (t) => {
  const v2 = line('/sys/fs/cgroup', 'cgroup2', 'rw,nsdelegate,memory_recursiveprot');
  t.deepEqual(cgroupPlan(`${ROOT}\n${v2}`), { version: 2, folder: '/sys/fs/cgroup' });
});

test("a host whose only v1 hierarchy is systemd's own is one of v2", (t) => {
  t.deepEqual(cgroupPlan(`${SYSTEMD}\n${UNIFIED}`), { version: 2, folder: '/sys/fs/cgroup/unified' });
});

test('a hierarchy that is mounted twice counts once, where it is mounted first', (t) => {
  const again = line('/mnt/memory', 'cgroup', 'rw,memory');
  t.deepEqual(cgroupPlan([...V1, CPU, again].join('\n')), cgroupPlan([...V1, CPU].join('\n')));
});

test('a folder with a blank in its name is read as it is', (t) => {
  const v2 = line('/sys/fs/control\\040groups', 'cgroup2', 'rw');
  t.deepEqual(cgroupPlan(v2), { version: 2, folder: '/sys/fs/control groups' });
});

const refused = test.macro({
  exec: (t, mountinfo: string, wanted: RegExp) => {
    const plan = cgroupPlan(mountinfo);
    t.regex('refused' in plan ? plan.refused : 'taken', wanted);
  },
  title: (title = '') => `refused with the reason: ${title}`,
});

test('no cgroups at all', refused, ROOT, /no cgroup file system/);
test(
  'v1 without the memory hierarchy',
  refused,
  [...V1.filter((one) => !one.includes('memory')), CPU].join('\n'),
  /no v1 hierarchy is mounted for memory/,
);
test(
  'v1 that is mounted read-only',
  refused,
  [...V1, line('/sys/fs/cgroup/cpu', 'cgroup', 'rw,cpu,cpuacct', 'ro')].join('\n'),
  /cgroup\/cpu: mounted read-only/,
);
test('v2 that is mounted read-only', refused, line('/sys/fs/cgroup', 'cgroup2', 'rw', 'ro'), /mounted read-only/);

test('v2 that hands on too few controllers is refused with their names', (t) => {
  t.regex(v2Refusal('cpuset cpu io memory pids\n')?.refused ?? 'taken', /taken/);
  t.regex(v2Refusal('memory pids\n')?.refused ?? 'taken', /does not offer cpu, cpuset,/);
  t.regex(v2Refusal('')?.refused ?? 'taken', /cpu, cpuset, memory, pids/);
});
