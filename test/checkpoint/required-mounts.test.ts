import test from 'ava';
import type { SpecMount } from '../../src/checkpoint/dumps/spec-dump.ts';
import { requiredMounts } from '../../src/checkpoint/required-mounts.ts';

const POD = '/var/lib/kubelet/pods/9ca4ebad-5555-4625-b08b-b138403c597e';

function bind(destination: string, source = '/somewhere', options = ['rbind', 'rprivate', 'rw']): SpecMount {
  return { destination, type: 'bind', source, options };
}

const SUPPLIED = [
  '/proc',
  '/dev',
  '/dev/pts',
  '/dev/mqueue',
  '/dev/shm',
  '/dev/termination-log',
  '/sys',
  '/sys/fs/cgroup',
  '/etc/resolv.conf',
  '/etc/hostname',
  '/etc/hosts',
  '/etc/passwd',
  '/etc/group',
  '/run/secrets',
  '/run/.containerenv',
  '/.thaw/checkpoint',
];

for (const destination of SUPPLIED) {
  test(`${destination} is supplied to every container`, (t) => {
    t.deepEqual(requiredMounts({ mounts: [bind(destination)] }), []);
  });
}

for (const destination of ['/data', '/run/secrets/kubernetes.io', '/dev/shm/x', '/etc', '/.thaw', '/procs']) {
  test(`${destination} must be in the restored pod`, (t) => {
    t.deepEqual(requiredMounts({ mounts: [bind(destination)] }), [{ destination, readOnly: false }]);
  });
}

test('a container without mounts needs none', (t) => {
  t.deepEqual(requiredMounts({}), []);
});

test('only bind mounts are required, by type or by option', (t) => {
  const mounts = [
    { destination: '/a', type: 'tmpfs', source: 'tmpfs', options: ['rw'] },
    { destination: '/b', source: '/x', options: ['bind', 'ro'] },
    { destination: '/c', type: 'none', source: '/x', options: ['rbind'] },
    { destination: '/d', type: 'bind' },
    { destination: '/e' },
  ];
  t.deepEqual(requiredMounts({ mounts }), [
    { destination: '/b', readOnly: true },
    { destination: '/c', readOnly: false },
    { destination: '/d', readOnly: false },
  ]);
});

test('the last option decides whether a mount is read-only, and the last of two mounts at one path counts', (t) => {
  const mounts = [bind('/a', '/x', ['ro', 'rw']), bind('/b', '/x', ['rw']), bind('/b', '/y', ['rw', 'ro'])];
  t.deepEqual(requiredMounts({ mounts }), [
    { destination: '/a', readOnly: false },
    { destination: '/b', readOnly: true },
  ]);
});

test("the kubelet's termination log is supplied wherever the container has it", (t) => {
  t.deepEqual(requiredMounts({ mounts: [bind('/var/log/last-words', `${POD}/containers/web/1dc0bf78`)] }), []);
});

const VOLUMES: readonly (readonly [source: string, kind: string | undefined, name?: string])[] = [
  [`${POD}/volumes/kubernetes.io~empty-dir/data`, 'emptyDir', 'data'],
  [`${POD}/volumes/kubernetes.io~configmap/settings`, 'configMap', 'settings'],
  [`${POD}/volumes/kubernetes.io~secret/keys`, 'secret', 'keys'],
  [`${POD}/volumes/kubernetes.io~projected/all-in-one`, 'projected', 'all-in-one'],
  [`${POD}/volumes/kubernetes.io~downward-api/about`, 'downwardAPI', 'about'],
  [`${POD}/volumes/kubernetes.io~csi/pvc-0c5f/mount`, 'csi', 'pvc-0c5f'],
  ['/var/lib/k0s/kubelet/pods/9ca4ebad/volumes/kubernetes.io~empty-dir/cache', 'emptyDir', 'cache'],
  [`${POD}/volume-subpaths/data/web/0`, undefined],
  [`${POD}/volumes/kubernetes.io~nfs/share`, undefined],
  [`${POD}/volumes/kubernetes.io~constructor/x`, undefined],
  [`${POD}/volumes/kubernetes.io~empty-dir/data/below`, undefined],
  ['/srv/data', undefined],
  ['/', undefined],
];

for (const [source, kind, name] of VOLUMES) {
  test(`the source ${source} tells ${kind ?? 'nothing'}`, (t) => {
    const volume = kind === undefined ? undefined : { kind, name };
    t.deepEqual(requiredMounts({ mounts: [bind('/data', source)] })[0]?.volume, volume as never);
  });
}

test('the service account is known by where it is mounted', (t) => {
  const destination = '/var/run/secrets/kubernetes.io/serviceaccount';
  const projected = bind(destination, `${POD}/volumes/kubernetes.io~projected/kube-api-access-chmzr`, ['ro']);
  t.deepEqual(requiredMounts({ mounts: [projected] }), [
    { destination, readOnly: true, volume: { kind: 'serviceAccount', name: 'kube-api-access-chmzr' } },
  ]);
  t.deepEqual(requiredMounts({ mounts: [bind(destination, '/tmp/sa')] }), [
    { destination, readOnly: false, volume: { kind: 'serviceAccount' } },
  ]);
});
