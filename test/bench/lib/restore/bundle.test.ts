import test from 'ava';
import { bindMounts, bundleConfig } from '../../../../bench/lib/restore/bundle.ts';

/** The parts of a spec.dump of containerd that a restore by hand changes, and some that it must keep. */
const SPEC = {
  ociVersion: '1.3.0',
  process: { args: ['/bin/counter'], cwd: '/' },
  root: { path: 'rootfs' },
  mounts: [
    { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid'] },
    { destination: '/etc/hosts', type: 'bind', source: '/var/lib/kubelet/pods/1/etc-hosts', options: ['rbind'] },
    { destination: '/dev/shm', type: 'bind', source: '/run/containerd/sandboxes/2/shm', options: ['rbind'] },
  ],
  linux: {
    resources: { memory: {} },
    cgroupsPath: '/kubepods/besteffort/pod1/3',
    namespaces: [
      { type: 'pid' },
      { type: 'ipc', path: '/proc/161/ns/ipc' },
      { type: 'network', path: '/proc/161/ns/net' },
    ],
    maskedPaths: ['/proc/kcore'],
  },
};

test("a bundle by hand names nothing of the other node's engine, and keeps the rest", (t) => {
  const config = bundleConfig(SPEC, { rootfs: '/hand/rootfs', files: '/hand/files', netns: '/run/netns/hand' });
  t.deepEqual(config, {
    ...SPEC,
    root: { path: '/hand/rootfs' },
    mounts: [
      SPEC.mounts[0],
      { ...SPEC.mounts[1], source: '/hand/files/_etc_hosts' },
      { ...SPEC.mounts[2], source: '/hand/files/_dev_shm' },
    ],
    linux: {
      ...SPEC.linux,
      cgroupsPath: '/by-hand',
      namespaces: [{ type: 'pid' }, { type: 'ipc' }, { type: 'network', path: '/run/netns/hand' }],
    },
  });
});

test('the bind mounts are what needs a stand-in', (t) => {
  t.deepEqual(bindMounts(SPEC), ['/etc/hosts', '/dev/shm']);
  t.deepEqual(bindMounts({}), []);
});
