import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { install } from '../../../src/node/install.ts';
import { labelsOf } from '../../../src/node/labels.ts';
import { nodeStatus } from '../../../src/node/status.ts';
import { type FakeNodeOptions, fakeNode, type NodeName } from '../../helpers/node/fake-node.ts';
import { ownPrograms } from '../../helpers/node/files.ts';

test('a node with thaw says so, with all versions and what works', async (t) => {
  const node = await fakeNode(t, 'crio');
  await install(node.host, { programs: await ownPrograms(t), restart: true });
  const { findings, ownRestore, ...facts } = await nodeStatus(node.host);
  t.deepEqual(facts, {
    runtime: { name: 'cri-o', version: '1.37.0', socket: '/var/run/crio/crio.sock' },
    thaw: 'installed',
    isInForce: true,
    kernel: '6.18.44-amd64',
    cgroups: 2,
    runc: '1.3.6',
    criu: '4.2.1',
    criuOptions: ['tcp-close', 'manage-cgroups=ignore'],
    methods: ['runtime'],
  });
  t.deepEqual(ownRestore, {
    works: false,
    why: "CRI-O's container_level_enabled is checkpoint_only",
    change: 'set container_level_enabled = "checkpoint_restore" under [crio.checkpoint_restore] and restart CRI-O',
  });
  t.deepEqual(
    findings.map(({ id }) => id),
    ['own-restore-off'],
  );
});

/** How a node is, and what the doctor finds beside that thaw is not installed. */
interface Case {
  readonly node: NodeName;
  readonly options?: FakeNodeOptions;
  readonly files?: Readonly<Record<string, string>>;
  readonly finds: readonly string[];
  readonly methods: readonly string[];
}

const CASES: Readonly<Record<string, Case>> = {
  'a containerd whose restore is off by default': { node: 'kubeadm', finds: ['own-restore-off'], methods: [] },
  'a containerd whose restore is switched on': {
    node: 'kubeadm',
    files: {
      '/etc/containerd/conf.d/x.toml':
        'version = 3\n[plugins."io.containerd.cri.v1.runtime"]\nenable_experimental_restore_via_create = true\n',
    },
    finds: [],
    methods: ['image'],
  },
  'a CRI-O whose restore is switched on': {
    node: 'crio',
    files: {
      '/etc/crio/crio.conf.d/x.conf': '[crio.checkpoint_restore]\ncontainer_level_enabled = "checkpoint_restore"\n',
    },
    finds: [],
    methods: ['image'],
  },
  'a node without CRIU': {
    node: 'crio',
    options: { programs: { criu: undefined } },
    finds: ['criu-missing', 'own-restore-off'],
    methods: [],
  },
  'a node without runc': { node: 'crio-crun', finds: ['runc-missing', 'own-restore-off'], methods: [] },
  'a CRIU that is older than the kernel': {
    node: 'crio',
    options: { programs: { criu: 'Version: 4.1.1\n' } },
    finds: ['criu-older-than-kernel', 'own-restore-off'],
    methods: [],
  },
  'an old CRIU on an old kernel': {
    node: 'crio',
    options: { programs: { criu: 'Version: 4.1.1\n' } },
    files: { '/proc/sys/kernel/osrelease': '6.12.3\n' },
    finds: ['own-restore-off'],
    methods: [],
  },
  'a CRIU that is told nothing, on cgroup v2': {
    node: 'crio',
    files: { '/etc/criu/runc.conf': '# nothing\n' },
    finds: ['own-restore-off', 'tcp-undecided', 'cgroups-managed'],
    methods: [],
  },
  'an old CRI-O': {
    node: 'crio',
    options: { version: '1.30.2' },
    finds: ['runtime-too-old', 'own-restore-off'],
    methods: [],
  },
};

for (const [what, { node: name, options, files = {}, finds, methods }] of Object.entries(CASES)) {
  test(`${what}: ${finds.join(', ') || 'nothing but thaw to be installed'}`, async (t) => {
    const node = await fakeNode(t, name, options);
    for (const [path, text] of Object.entries(files)) await node.write(path, text);
    await node.restart();
    const status = await nodeStatus(node.host);
    const found = status.findings.map(({ id }) => id);
    t.deepEqual(
      found.filter((id) => id !== 'thaw-absent'),
      finds,
    );
    t.true(found.includes('thaw-absent'));
    t.deepEqual(status.methods, methods);
  });
}

test('files that were changed, and a handler that is not in force, hinder restore method runtime', async (t) => {
  const node = await fakeNode(t, 'crio');
  await install(node.host, { programs: await ownPrograms(t), restart: true });
  const dropIn = '/etc/crio/crio.conf.d/50-thaw.conf';
  const text = await readFile(join(node.root, dropIn), 'utf8');
  await node.write(dropIn, text.replace('.thaw]', '.thawed]'));
  await node.restart();
  const status = await nodeStatus(node.host);
  t.deepEqual(
    status.findings.map(({ id }) => id),
    ['thaw-changed', 'handler-not-in-force', 'own-restore-off'],
  );
  t.deepEqual(status.methods, []);
});

test('labels tell versions and restore methods, in the letters that labels may have', async (t) => {
  const node = await fakeNode(t, 'crio', { programs: { criu: undefined } });
  await node.write('/proc/sys/kernel/osrelease', '6.18.44+deb13-amd64+\n');
  t.deepEqual(labelsOf(await nodeStatus(node.host)), {
    'dev.thaw/runtime': 'cri-o',
    'dev.thaw/runtime-version': '1.37.0',
    'dev.thaw/runc': '1.3.6',
    'dev.thaw/criu': null,
    'dev.thaw/kernel': '6.18.44_deb13-amd64',
    'dev.thaw/restore-image': 'false',
    'dev.thaw/restore-runtime': 'false',
  });
});
