import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { parse } from 'smol-toml';
import { type InstallOptions, install } from '../../../src/node/install.ts';
import { registryPlace } from '../../../src/node/registry/place.ts';
import { uninstall } from '../../../src/node/uninstall.ts';
import { makeCertificates } from '../../helpers/certificates.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { fakeNode, type NodeName } from '../../helpers/node/fake-node.ts';
import { everythingIn, ownPrograms } from '../../helpers/node/files.ts';
import { peerTest } from '../../helpers/peer.ts';
import { throwsCode } from '../../helpers/throws.ts';
import { until } from '../../helpers/until.ts';

const URL = 'https://10.0.0.1:5000';
const NAME = 'checkpoint-registry.local';

const hosts = (ca?: string) => ({
  server: URL,
  host: { [URL]: { capabilities: ['pull', 'resolve'], ...(ca === undefined ? {} : { ca }) } },
});

peerTest(['openssl'], 'containerd finds the registry and its authority in the folder that it is told of', async (t) => {
  const { ca } = await makeCertificates(t);
  const { at, node, before } = await installed(t, 'kubeadm', { registry: await registryPlace(URL, ca), restart: true });
  const folder = `/etc/containerd/certs.d/${NAME}`;
  t.deepEqual(structuredClone(parse(await at(`${folder}/hosts.toml`))), hosts(`${folder}/ca.crt`));
  t.is(await at(`${folder}/ca.crt`), await readFile(ca, 'utf8'));
  await uninstall(node.host, { restart: true });
  t.deepEqual(await everythingIn(node.root), before);
});

test("k3s has a folder of its own, and the file's first line says whose it is", async (t) => {
  const { at } = await installed(t, 'k3s', { registry: await registryPlace(URL), restart: true });
  const text = await at(`/var/lib/rancher/k3s/agent/etc/containerd/certs.d/${NAME}/hosts.toml`);
  t.true(text.startsWith('# Written by thaw node install'));
  t.deepEqual(structuredClone(parse(text)), hosts());
});

for (const name of ['by-hand', 'no-file'] as const) {
  test(`containerd on ${name} is told of a folder of registries, where it knows none`, async (t) => {
    const registry = await registryPlace(URL);
    const { at } = await installed(t, name, { registry, restart: true, editConfig: true });
    t.regex(await at('/etc/containerd/conf.d/50-thaw.toml'), /config_path = "\/etc\/containerd\/certs\.d"/);
    t.deepEqual(structuredClone(parse(await at(`/etc/containerd/certs.d/${NAME}/hosts.toml`))), hosts());
  });
}

peerTest(['openssl'], 'CRI-O finds the registry by a drop-in, and its authority under its address', async (t) => {
  const { ca } = await makeCertificates(t);
  const { at, node, before } = await installed(t, 'crio', { registry: await registryPlace(URL, ca), restart: true });
  t.deepEqual(structuredClone(parse(await at('/etc/containers/registries.conf.d/50-thaw.conf'))), {
    registry: [{ prefix: NAME, location: '10.0.0.1:5000' }],
  });
  t.is(await at('/etc/containers/certs.d/10.0.0.1:5000/ca.crt'), await readFile(ca, 'utf8'));
  await uninstall(node.host, { restart: true });
  t.deepEqual(await everythingIn(node.root), before);
});

test('a registry of plain HTTP is marked so for CRI-O', async (t) => {
  const { at } = await installed(t, 'crio', { registry: await registryPlace('http://10.0.0.1:5000'), restart: true });
  t.regex(await at('/etc/containers/registries.conf.d/50-thaw.conf'), /^insecure = true$/m);
});

test('a later installation without --registry leaves the registry as it is', async (t) => {
  const { at, again } = await installed(t, 'crio', { registry: await registryPlace(URL), restart: true });
  t.deepEqual((await again({})).written, []);
  t.regex(await at('/etc/containers/registries.conf.d/50-thaw.conf'), /10\.0\.0\.1:5000/);
});

test('a registry that comes later is told to a running CRI-O, and containerd reads it by itself', async (t) => {
  const registry = await registryPlace(URL);
  for (const [name, reloads] of [
    ['crio', 1],
    ['kubeadm', 0],
  ] as const) {
    const { node, again } = await installed(t, name, { restart: true });
    const restarts = node.ran.filter((line) => line.startsWith('systemctl')).length;
    t.is((await again({ registry })).written.length, 1);
    await until(
      () => node.countReloads(),
      (count) => count >= reloads,
    );
    t.is(await node.countReloads(), reloads);
    t.is(node.ran.filter((line) => line.startsWith('systemctl')).length, restarts);
  }
});

for (const [text, says] of [
  ['10.0.0.1:5000', /is no URL of a registry/],
  ['ftp://10.0.0.1', /is no URL of a registry/],
  ['https://10.0.0.1:5000/checkpoints', /without a path/],
  ['https://ann:hunter2@10.0.0.1', /holds credentials/],
] as const) {
  test(`${text} is refused as a registry`, async (t) => {
    const error = await throwsCode(t, 'USAGE', () => registryPlace(text));
    t.regex(error?.message ?? '', says);
    t.notRegex(JSON.stringify(error), /hunter2/);
  });
}

test('a CA file must be there, hold a certificate, and go with https', async (t) => {
  const file = join(await temporaryFolder(t), 'ca.crt');
  t.regex((await throwsCode(t, 'USAGE', () => registryPlace(URL, file)))?.message ?? '', /ENOENT/);
  await writeFile(file, 'no certificate');
  t.regex((await throwsCode(t, 'USAGE', () => registryPlace(URL, file)))?.message ?? '', /no certificate is in it/);
  t.regex((await throwsCode(t, 'USAGE', () => registryPlace('http://x', file)))?.message ?? '', /plain HTTP/);
});

async function installed(t: ExecutionContext, name: NodeName, options: Omit<InstallOptions, 'programs'>) {
  const node = await fakeNode(t, name);
  const before = await everythingIn(node.root);
  const programs = await ownPrograms(t);
  const again = (more: Omit<InstallOptions, 'programs'>) => install(node.host, { ...more, programs });
  await again(options);
  return { node, before, again, at: (path: string) => readFile(join(node.root, path), 'utf8') };
}
