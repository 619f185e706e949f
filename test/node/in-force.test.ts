import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { readHandlers } from '../../src/node/cri/runtime-status.ts';
import { install } from '../../src/node/install.ts';
import { findDaemon } from '../../src/node/runtime/daemon.ts';
import { uninstall } from '../../src/node/uninstall.ts';
import { fakeNode } from '../helpers/node/fake-node.ts';
import { everythingIn, ownPrograms } from '../helpers/node/files.ts';
import { throwsCode } from '../helpers/throws.ts';

const CONTAINERD = '/etc/containerd/config.toml';

for (const [name, unit] of [
  ['kubeadm', 'containerd.service'],
  ['k3s', 'k3s.service'],
  ['crio', 'crio.service'],
] as const) {
  test(`${name} is restarted only when that is allowed; all is written before, and is in force after`, async (t) => {
    const node = await fakeNode(t, name);
    const programs = await ownPrograms(t);
    const error = await throwsCode(t, 'NODE_RESTART_NEEDED', () => install(node.host, { programs }));
    t.true(error?.message.includes(`systemctl restart ${unit}, or this with --restart: containers live on`));
    t.false(node.ran.some((line) => line.startsWith('systemctl')));
    await throwsCode(t, 'NODE_RESTART_NEEDED', () => install(node.host, { programs }));
    await node.restart();
    t.deepEqual((await install(node.host, { programs })).written, []);
  });
}

test('a CRI-O that was only told to reload lists the handler, and still is to be restarted', async (t) => {
  const node = await fakeNode(t, 'crio');
  const programs = await ownPrograms(t);
  await throwsCode(t, 'NODE_RESTART_NEEDED', () => install(node.host, { programs }));
  await node.reload();
  const { socket } = await findDaemon(node.host);
  t.true((await readHandlers(await node.host.at(socket))).includes('thaw'));
  await throwsCode(t, 'NODE_RESTART_NEEDED', () => install(node.host, { programs }));
});

test('a containerd of no unit is restarted by whoever started it', async (t) => {
  const node = await fakeNode(t, 'kubeadm', { hasUnit: false });
  const error = await throwsCode(t, 'NODE_RESTART_NEEDED', async () =>
    install(node.host, { programs: await ownPrograms(t), restart: true }),
  );
  t.regex(error?.message ?? '', /Restart it as it was started/);
});

test('a containerd that does not restart gets its former settings back', async (t) => {
  const node = await fakeNode(t, 'kubeadm', {
    systemctl: async () => {
      throw new Error('Job for containerd.service failed');
    },
  });
  const settings = async () => (await everythingIn(node.root))['etc/containerd/conf.d/50-thaw.toml'];
  const error = await throwsCode(t, 'NODE_RESTART_FAILED', async () =>
    install(node.host, { programs: await ownPrograms(t), restart: true }),
  );
  t.regex(error?.message ?? '', /could not be restarted: Error: Job for containerd\.service failed/);
  t.is(await settings(), undefined);
  t.is(node.ran.filter((line) => line.startsWith('systemctl')).length, 2, 'and is restarted once more, without thaw');
});

test('a handler that the runtime passes over is no success, and is taken back', async (t) => {
  const node = await fakeNode(t, 'crio', { refusesThaw: true });
  const error = await throwsCode(t, 'NODE_HANDLER_MISSING', async () =>
    install(node.host, { programs: await ownPrograms(t), restart: true, patience: 300 }),
  );
  t.regex(error?.message ?? '', /cri-o does not list the handler thaw/);
  t.is((await everythingIn(node.root))['etc/crio/crio.conf.d/50-thaw.conf'], undefined);
});

test('a file of thaw that was changed stops both ways, until --force', async (t) => {
  const node = await fakeNode(t, 'crio');
  const programs = await ownPrograms(t);
  await install(node.host, { programs, restart: true });
  const file = '/etc/crio/crio.conf.d/50-thaw.conf';
  const ours = await readFile(join(node.root, file), 'utf8');
  await node.write(file, `${ours}# my own line\n`);
  const changed = await everythingIn(node.root);
  await throwsCode(t, 'NODE_FILE_CHANGED', () => install(node.host, { programs }));
  const error = await throwsCode(t, 'NODE_FILE_CHANGED', () => uninstall(node.host));
  t.regex(error?.message ?? '', /50-thaw\.conf is not as thaw node install left it/);
  t.deepEqual(await everythingIn(node.root), changed);
  t.deepEqual((await install(node.host, { programs, restart: true, force: true })).written, [file]);
  t.is(await readFile(join(node.root, file), 'utf8'), ours);
});

for (const name of ['crio', 'kubeadm'] as const) {
  test(`on ${name} thaw stays while pods of its RuntimeClass are there, until --force`, async (t) => {
    const node = await fakeNode(t, name, {
      sandboxes: [
        { namespace: 'shop', name: 'web-0', handler: 'thaw' },
        { namespace: 'shop', name: 'plain', handler: '' },
      ],
    });
    await install(node.host, { programs: await ownPrograms(t), restart: true });
    const error = await throwsCode(t, 'NODE_IN_USE', () => uninstall(node.host));
    t.regex(error?.message ?? '', /nothing else can stop them: shop\/web-0\./);
    t.true((await uninstall(node.host, { force: true, restart: true })).removed.includes('/opt/thaw/bin/thaw'));
  });
}

test('uninstalling without a restart removes all, and says that the runtime still has the handler', async (t) => {
  const node = await fakeNode(t, 'kubeadm');
  const before = await everythingIn(node.root);
  await install(node.host, { programs: await ownPrograms(t), restart: true });
  await throwsCode(t, 'NODE_RESTART_NEEDED', () => uninstall(node.host));
  t.deepEqual(await everythingIn(node.root), before);
  t.deepEqual(await uninstall(node.host), { removed: [], left: [] });
});

test('an edited file that was changed again is left as it is, and said so', async (t) => {
  const node = await fakeNode(t, 'by-hand');
  await install(node.host, { programs: await ownPrograms(t), restart: true, editConfig: true });
  const file = join(node.root, CONTAINERD);
  const now = `${await readFile(file, 'utf8')}\n# changed later\n`;
  await node.write(CONTAINERD, now);
  t.deepEqual((await uninstall(node.host, { restart: true })).left, [CONTAINERD]);
  t.is(await readFile(file, 'utf8'), now);
});

test('a node without thaw has nothing to uninstall', async (t) => {
  const node = await fakeNode(t, 'crio');
  t.deepEqual(await uninstall(node.host), { removed: [], left: [] });
});
