import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { ErrorCode } from '../../src/errors.ts';
import { install } from '../../src/node/install.ts';
import { registryPlace } from '../../src/node/registry/place.ts';
import { type FakeNode, type FakeNodeOptions, fakeNode, type NodeName } from '../helpers/node/fake-node.ts';
import { everythingIn, ownPrograms } from '../helpers/node/files.ts';
import { throwsCode } from '../helpers/throws.ts';

const CONTAINERD = '/etc/containerd/config.toml';
const CRIO = '/etc/crio/crio.conf.d/10-crio.conf';

/** A node on which an installation must stop before it writes anything. */
interface Refusal {
  readonly node: NodeName;
  readonly options?: FakeNodeOptions;
  /** What is wrong with it. */
  readonly spoil?: (node: FakeNode) => Promise<void>;
  readonly code: ErrorCode;
  readonly says: RegExp;
}

const REFUSALS: Readonly<Record<string, Refusal>> = {
  'a main file that imports nothing, with the line to add': {
    node: 'by-hand',
    code: 'NODE_IMPORTS_MISSING',
    says: /config\.toml imports no drop-ins.*Add the line imports = \["\/etc\/containerd\/conf\.d\/\*\.toml"\]/,
  },
  'a CRI-O that reads no drop-ins': {
    node: 'crio-no-drop-ins',
    code: 'NODE_IMPORTS_MISSING',
    says: /empty --config-dir.*--edit-config/,
  },
  'a CRI-O that has crun alone': {
    node: 'crio-crun',
    code: 'NODE_RUNC_MISSING',
    says: /no runtime entry of runc, only crun.*--runc <path>/,
  },
  'a containerd whose runc entry is of another kind': {
    node: 'kubeadm',
    spoil: replace(CONTAINERD, "'io.containerd.runc.v2'", "'io.containerd.kata.v2'"),
    code: 'NODE_RUNC_MISSING',
    says: /runc is of type io\.containerd\.kata\.v2/,
  },
  'a runc that is not there': {
    node: 'crio',
    spoil: replace(CRIO, '/usr/libexec/crio/runc', '/opt/runc'),
    code: 'NODE_RUNC_MISSING',
    says: /\/opt\/runc, is not there/,
  },
  'a runc that is crun': {
    node: 'crio',
    options: { programs: { '/usr/libexec/crio/runc': 'crun version 1.21\n' } },
    code: 'NODE_RUNC_MISSING',
    says: /is not runc: it says "crun version 1\.21"/,
  },
  'a containerd that mounts no images': {
    node: 'kubeadm',
    options: { version: 'v2.0.14' },
    code: 'NODE_RUNTIME_TOO_OLD',
    says: /containerd v2\.0\.14, which cannot mount an image as a volume\. Update it to 2\.1\.0/,
  },
  'a CRI-O that mounts no images': {
    node: 'crio',
    options: { version: '1.30.4' },
    code: 'NODE_RUNTIME_TOO_OLD',
    says: /cri-o 1\.30\.4.*1\.31\.0/,
  },
  'a handler of that name by somebody else': {
    node: 'crio',
    spoil: replace(CRIO, '[crio.runtime.runtimes.runc]', '[crio.runtime.runtimes.thaw]\n[crio.runtime.runtimes.runc]'),
    code: 'NODE_HANDLER_TAKEN',
    says: /told of a handler thaw already/,
  },
  'a file of that name by somebody else': {
    node: 'crio',
    spoil: ({ write }) => write('/opt/thaw/bin/thaw', 'another one'),
    code: 'FILE_EXISTS',
    says: /\/opt\/thaw\/bin\/thaw is there already, and thaw did not write it/,
  },
  'a record that cannot be read': {
    node: 'crio',
    spoil: ({ write }) => write('/var/lib/thaw/node.json', '{"format":"1"'),
    code: 'NODE_MANIFEST_INVALID',
    says: /node\.json does not say what thaw put/,
  },
  'a configuration that is no TOML': {
    node: 'by-hand',
    spoil: ({ write }) => write(CONTAINERD, 'version = = 2'),
    code: 'NODE_CONFIG_UNREADABLE',
    says: /is no TOML/,
  },
  'a runtime that does not run': {
    node: 'kubeadm',
    spoil: ({ stop }) => stop(),
    code: 'NODE_RUNTIME_UNKNOWN',
    says: /neither containerd nor CRI-O runs/,
  },
};

for (const [what, { node: name, options, spoil, code, says }] of Object.entries(REFUSALS)) {
  test(`refused before anything is written: ${what}`, async (t) => {
    const node = await fakeNode(t, name, options);
    await spoil?.(node);
    if (spoil !== undefined && code !== 'NODE_RUNTIME_UNKNOWN' && code !== 'NODE_CONFIG_UNREADABLE')
      await node.restart();
    const before = await everythingIn(node.root);
    const error = await throwsCode(t, code, async () => install(node.host, { programs: await ownPrograms(t) }));
    t.regex(error?.message ?? '', says);
    t.deepEqual(await everythingIn(node.root), before);
  });
}

test('a runtime that does not answer is said so, with its socket', async (t) => {
  const node = await fakeNode(t, 'crio');
  const socket = '/run/crio/nobody.sock';
  const error = await throwsCode(t, 'NODE_RUNTIME_SILENT', async () =>
    install(node.host, { programs: await ownPrograms(t), socket }),
  );
  t.regex(error?.message ?? '', /nobody\.sock does not answer: .*ENOENT/);
});

test('two runtimes and no kubelet are refused, and --socket decides', async (t) => {
  const node = await fakeNode(t, 'crio');
  await node.write('/proc/99999/comm', 'containerd\n');
  await node.write('/proc/99999/cmdline', '/usr/bin/containerd\0');
  const programs = await ownPrograms(t);
  const error = await throwsCode(t, 'NODE_RUNTIME_UNKNOWN', () => install(node.host, { programs }));
  t.regex(error?.message ?? '', /containerd\.sock and \/var\/run\/crio\/crio\.sock.*--socket/);
  const { daemon } = await install(node.host, { programs, socket: '/run/crio/crio.sock', restart: true });
  t.is(daemon.runtime, 'cri-o');
});

test('the kubelet says which of two runtimes it uses', async (t) => {
  const node = await fakeNode(t, 'crio');
  await node.write('/proc/99999/comm', 'containerd\n');
  await node.write('/proc/99999/cmdline', '/usr/bin/containerd\0');
  await node.write('/proc/4242/comm', 'kubelet\n');
  await node.write('/proc/4242/cmdline', '/usr/bin/kubelet\0--config=/var/lib/kubelet/config.yaml\0');
  await node.write('/var/lib/kubelet/config.yaml', 'containerRuntimeEndpoint: unix:///var/run/crio/crio.sock\n');
  const { daemon } = await install(node.host, { programs: await ownPrograms(t), restart: true });
  t.is(daemon.socket, '/var/run/crio/crio.sock');
});

test('registries that are configured in the old way exclude --registry, and nothing else', async (t) => {
  const node = await fakeNode(t, 'by-hand');
  const mirrors =
    '\n[plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]\nendpoint = ["https://mirror"]\n';
  await node.write(CONTAINERD, `${await readFile(join(node.root, CONTAINERD), 'utf8')}${mirrors}`);
  const registry = await registryPlace('https://10.0.0.1:5000');
  const options = { programs: await ownPrograms(t), restart: true, editConfig: true };
  const error = await throwsCode(t, 'NODE_REGISTRY_CLASH', () => install(node.host, { ...options, registry }));
  t.regex(error?.message ?? '', /configured by mirrors, which it does not allow beside config_path/);
  await t.notThrowsAsync(install(node.host, options));
});

function replace(path: string, text: string, by: string): (node: FakeNode) => Promise<void> {
  return async ({ root, write }) => write(path, (await readFile(join(root, path), 'utf8')).replace(text, by));
}
