import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { parse } from 'smol-toml';
import { readHandlers } from '../../src/node/cri/runtime-status.ts';
import { type InstallOptions, install } from '../../src/node/install.ts';
import { findDaemon } from '../../src/node/runtime/daemon.ts';
import { uninstall } from '../../src/node/uninstall.ts';
import { type FakeNode, fakeNode, type NodeName } from '../helpers/node/fake-node.ts';
import { everythingIn, ownPrograms } from '../helpers/node/files.ts';

const HEAD = '# Written by thaw node install, removed by thaw node uninstall.\n';
const FRONT = '/opt/thaw/bin/thaw-runtime';
const RUNC = 'io.containerd.runc.v2';

/** Each layout: how it is installed on, the file that tells the runtime of it, and what stands in it. */
interface Layout {
  readonly options: Omit<InstallOptions, 'programs'>;
  readonly dropIn: string;
  readonly says: Record<string, unknown>;
  /** The runc that the front becomes. */
  readonly runc: string;
}

const containerdEntry = (version: number, entry: object) => ({
  version,
  plugins: {
    [version === 2 ? 'io.containerd.grpc.v1.cri' : 'io.containerd.cri.v1.runtime']: {
      containerd: { runtimes: { thaw: entry } },
    },
  },
});
const crioEntry = (entry: object) => ({ crio: { runtime: { runtimes: { thaw: entry } } } });
const FLAGS = {
  cgroup_writable: false,
  cni_max_conf_num: 0,
  privileged_without_host_devices: false,
  privileged_without_host_devices_all_devices_allowed: false,
  sandboxer: 'podsandbox',
};

const LAYOUTS: Readonly<Partial<Record<NodeName, Layout>>> = {
  kubeadm: {
    options: { restart: true },
    dropIn: '/etc/containerd/conf.d/50-thaw.toml',
    says: containerdEntry(3, {
      runtime_type: RUNC,
      ...FLAGS,
      pod_annotations: ['io.example.pod.*'],
      container_annotations: ['io.example.container.*'],
      options: { BinaryName: FRONT, IoGid: 0, IoUid: 0, NoNewKeyring: false, SystemdCgroup: true },
    }),
    // The first one on the PATH of the runtime.
    runc: '/usr/local/sbin/runc',
  },
  'by-hand': {
    options: { restart: true, editConfig: true },
    dropIn: '/etc/containerd/conf.d/50-thaw.toml',
    says: containerdEntry(2, {
      runtime_type: RUNC,
      ...FLAGS,
      options: { BinaryName: FRONT, IoGid: 0, IoUid: 0, NoNewKeyring: false, SystemdCgroup: true },
    }),
    runc: '/usr/local/sbin/runc',
  },
  k3s: {
    options: { restart: true },
    dropIn: '/var/lib/rancher/k3s/agent/etc/containerd/config-v3.toml.d/50-thaw.toml',
    says: containerdEntry(3, {
      runtime_type: RUNC,
      ...FLAGS,
      options: { BinaryName: FRONT, IoGid: 0, IoUid: 0, NoNewKeyring: false, SystemdCgroup: true },
    }),
    runc: '/usr/local/sbin/runc',
  },
  nvidia: {
    options: { restart: true, editConfig: true },
    dropIn: '/etc/containerd/conf.d/50-thaw.toml',
    says: containerdEntry(3, {
      runtime_type: RUNC,
      ...FLAGS,
      options: {
        BinaryName: FRONT,
        IoGid: 0,
        IoUid: 0,
        NoNewKeyring: false,
        Root: '/run/containerd/runc',
        SystemdCgroup: true,
      },
    }),
    runc: '/usr/local/sbin/runc',
  },
  'no-file': {
    options: { restart: true },
    dropIn: '/etc/containerd/conf.d/50-thaw.toml',
    says: containerdEntry(3, {
      runtime_type: RUNC,
      ...FLAGS,
      options: { BinaryName: FRONT, IoGid: 0, IoUid: 0, NoNewKeyring: false, SystemdCgroup: false },
    }),
    runc: '/usr/local/sbin/runc',
  },
  crio: {
    options: { restart: true },
    dropIn: '/etc/crio/crio.conf.d/50-thaw.conf',
    says: crioEntry({
      runtime_path: FRONT,
      runtime_root: '/run/runc',
      monitor_path: '/usr/libexec/crio/conmon',
      monitor_cgroup: 'system.slice',
      allowed_annotations: ['io.containers.trace-syscall', 'io.kubernetes.cri-o.Devices'],
    }),
    runc: '/usr/libexec/crio/runc',
  },
  'crio-crun': {
    options: { restart: true, runc: '/usr/sbin/runc' },
    dropIn: '/etc/crio/crio.conf.d/50-thaw.conf',
    says: crioEntry({
      runtime_path: FRONT,
      runtime_root: '/run/runc',
      monitor_path: '/usr/bin/conmon',
      monitor_cgroup: 'pod',
      allowed_annotations: ['io.containers.trace-syscall'],
    }),
    runc: '/usr/sbin/runc',
  },
};

for (const [name, layout] of Object.entries(LAYOUTS) as [NodeName, Layout][]) {
  test(`on ${name} it copies the runc entry in force, is there once, and goes without a trace`, async (t) => {
    const { node, before, again } = await installed(t, name, layout.options);
    t.deepEqual(await tomlOf(node, layout.dropIn), layout.says, 'every option, and another binary');
    t.is(await textOf(node, `${FRONT}.conf`), `${HEAD}THAW_RUNC='${layout.runc}'\n`);
    t.true((await handlersOf(node)).includes('thaw'));

    const installedTree = await everythingIn(node.root);
    const restarts = countRestarts(node);
    t.deepEqual((await again()).written, [], 'a second time writes nothing');
    t.deepEqual(await everythingIn(node.root), installedTree);
    t.is(countRestarts(node), restarts, 'and restarts nothing');

    t.deepEqual((await uninstall(node.host, { restart: true })).left, []);
    t.deepEqual(await everythingIn(node.root), before, 'byte for byte as it was');
    t.false((await handlersOf(node)).includes('thaw'));
  });
}

test('a CRI-O that reads no drop-ins has its own file changed, with a backup', async (t) => {
  const { node, before, again } = await installed(t, 'crio-no-drop-ins', { restart: true, editConfig: true });
  const file = '/etc/crio/crio.conf';
  t.is(await textOf(node, `${file}.before-thaw`), `${before[file.slice(1)]}`);
  t.true((await textOf(node, file)).startsWith(`${before[file.slice(1)]}`));
  t.true((await handlersOf(node)).includes('thaw'));
  t.deepEqual((await again()).written, []);

  // An option of runc is changed: thaw's part of the file is written anew, and what it goes back to is the change.
  const changed = `${before[file.slice(1)]}`.replace('/run/runc', '/run/runc-of-ours');
  await node.write(file, (await textOf(node, file)).replace('/run/runc', '/run/runc-of-ours'));
  await node.restart();
  t.deepEqual((await again()).written, [file]);
  t.is((await textOf(node, file)).split('[crio.runtime.runtimes.thaw]').length, 2);
  await uninstall(node.host, { restart: true });
  t.is(await textOf(node, file), changed);
});

test('programs can be run, and what is written down is for root alone', async (t) => {
  const { node } = await installed(t, 'crio', { restart: true });
  const mode = async (path: string) => ((await stat(join(node.root, path))).mode & 0o777).toString(8);
  t.is(await mode('/opt/thaw/bin/thaw'), '755');
  t.is(await mode(FRONT), '755');
  t.is(await mode('/etc/crio/crio.conf.d/50-thaw.conf'), '644');
  t.is(await mode('/var/lib/thaw/node.json'), '600');
});

test('an edited file keeps its mode and all that was in it', async (t) => {
  const { node, before } = await installed(t, 'by-hand', { restart: true, editConfig: true });
  const file = '/etc/containerd/config.toml';
  const line = 'imports = ["/etc/containerd/conf.d/*.toml"]\n';
  const text = await textOf(node, file);
  t.is(text.replace(line, ''), `${before[file.slice(1)]}`);
  t.true(text.startsWith(`version = 2\n${line}`));
});

test('a newer thaw takes the place of an older one without a restart', async (t) => {
  const { node } = await installed(t, 'kubeadm', { restart: true });
  const programs = await ownPrograms(t, 'thaw, the next release');
  const { written } = await install(node.host, { programs });
  t.deepEqual(written, ['/opt/thaw/bin/thaw']);
  t.is(await textOf(node, '/opt/thaw/bin/thaw'), 'thaw, the next release');
});

test('changed options of runc are copied anew', async (t) => {
  const { node, again } = await installed(t, 'crio', { restart: true });
  const file = '/etc/crio/crio.conf.d/10-crio.conf';
  await node.write(file, (await textOf(node, file)).replace('system.slice', 'pod'));
  await node.restart();
  t.deepEqual((await again()).written, ['/etc/crio/crio.conf.d/50-thaw.conf']);
  t.regex(await textOf(node, '/etc/crio/crio.conf.d/50-thaw.conf'), /monitor_cgroup = "pod"/);
});

async function installed(t: ExecutionContext, name: NodeName, options: Omit<InstallOptions, 'programs'>) {
  const node = await fakeNode(t, name);
  const before = await everythingIn(node.root);
  const programs = await ownPrograms(t);
  const again = () => install(node.host, { ...options, programs });
  await again();
  return { node, before, again };
}

function countRestarts({ ran }: FakeNode): number {
  return ran.filter((line) => line.startsWith('systemctl')).length;
}

function textOf({ root }: FakeNode, path: string): Promise<string> {
  return readFile(join(root, path), 'utf8');
}

async function tomlOf(node: FakeNode, path: string): Promise<unknown> {
  return structuredClone(parse(await textOf(node, path)));
}

async function handlersOf({ host }: FakeNode): Promise<string[]> {
  const { socket } = await findDaemon(host);
  return readHandlers(await host.at(socket));
}
