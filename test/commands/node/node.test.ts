import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { type FakeNode, fakeNode } from '../../helpers/node/fake-node.ts';
import { everythingIn, ownPrograms } from '../../helpers/node/files.ts';
import { giveProgram, giveShell, giveSystemctl } from '../../helpers/node/shell.ts';
import { peerTest, ROOT } from '../../helpers/peer.ts';
import { CLI, thaw, thawOk } from '../../helpers/thaw.ts';

/** A CRI-O node in whose root programs can be run; `systemctl restart` restarts its runtime. */
async function node(t: ExecutionContext): Promise<FakeNode> {
  const made = await fakeNode(t, 'crio');
  await giveShell(made);
  await giveProgram(made, '/usr/libexec/crio/runc', 'runc version 1.3.6');
  await giveProgram(made, '/usr/sbin/criu', 'Version: 4.2.1');
  await giveSystemctl(t, made);
  return made;
}

peerTest([ROOT], 'install, status and uninstall say what they did, to people and to programs', async (t) => {
  const { root } = await node(t);
  const before = await everythingIn(root);
  const { executable } = await ownPrograms(t);
  const install = ['node', 'install', '--root', root, '--executable', executable];
  const first = await thaw([...install, '--restart']);
  t.is(first.stdout, 'cri-o 1.37.0 has the handler thaw', first.stderr);
  t.is(
    first.stderr,
    'thaw: wrote /opt/thaw/bin/thaw, /opt/thaw/bin/thaw-runtime.conf, /opt/thaw/bin/thaw-runtime, ' +
      '/etc/crio/crio.conf.d/50-thaw.conf; it stands for runc 1.3.6, /usr/libexec/crio/runc',
  );
  const front = await readFile(new URL('../../../src/runtime/front/thaw-runtime.sh', import.meta.url), 'utf8');
  t.is(await readFile(join(root, 'opt/thaw/bin/thaw-runtime'), 'utf8'), front);
  t.deepEqual(JSON.parse(await thawOk([...install, '--json'])), {
    runtime: 'cri-o',
    version: '1.37.0',
    runc: { path: '/usr/libexec/crio/runc', version: '1.3.6' },
    written: [],
  });

  const status = await thawOk(['node', 'status', '--root', root]);
  t.regex(status, /restore method runtime {2}works/);
  t.regex(status, /restore method image {4}does not work/);
  t.regex(status, /container_level_enabled is checkpoint_only \(image\)\n.*set container_level_enabled = /);
  t.like(JSON.parse(await thawOk(['node', 'status', '--root', root, '--json'])), {
    thaw: 'installed',
    runc: '1.3.6',
    criu: '4.2.1',
    methods: ['runtime'],
  });

  t.regex(await thawOk(['node', 'uninstall', '--root', root, '--restart']), /^removed \/opt\/thaw\/bin\/thaw, /);
  t.deepEqual(await everythingIn(root), before);
  t.is(await thawOk(['node', 'uninstall', '--root', root]), 'thaw was not installed');
});

peerTest([ROOT], 'status looks again and again until it is stopped', async (t) => {
  const { root } = await node(t);
  const again = execa(process.execPath, [CLI, 'node', 'status', '--root', root, '--json', '--every', '0.1s'], {
    reject: false,
  });
  let looks = 0;
  for await (const line of again) {
    t.is(JSON.parse(line).thaw, 'absent');
    looks += 1;
    if (looks === 3) again.kill('SIGTERM');
  }
  t.true(looks >= 3);
  t.is((await again).exitCode, 0);
});

test('a thaw that is run by a Node.js has nothing to put on a node', async (t) => {
  const { exitCode, stderr } = await thaw(['node', 'install', '--root', await temporaryFolder(t)]);
  t.is(exitCode, 12);
  t.regex(stderr, /NODE_EXECUTABLE_NEEDED: .*\n.*npm run build:executable/);
});

test('a machine without a runtime is no node', async (t) => {
  const { exitCode, stderr } = await thaw(['node', 'status', '--root', await temporaryFolder(t)]);
  t.is(exitCode, 12);
  t.regex(stderr, /NODE_RUNTIME_UNKNOWN: neither containerd nor CRI-O runs on this node/);
});

test('--ca without --registry is a USAGE error', async (t) => {
  const { exitCode, stderr } = await thaw(['node', 'install', '--ca', 'x.crt']);
  t.is(exitCode, 2);
  t.regex(stderr, /--ca goes with --registry/);
});
