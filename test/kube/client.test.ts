import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CoreV1Api } from '@kubernetes/client-node';
import test, { type ExecutionContext } from 'ava';
import { ThawError } from '../../src/errors.ts';
import { openCluster } from '../../src/kube/client.ts';
import { API_SERVER, apiServerOfFile } from '../helpers/api-server.ts';
import { makeCertificates } from '../helpers/certificates.ts';
import { temporaryFolder } from '../helpers/fixtures.ts';
import { freePort } from '../helpers/free-port.ts';
import { peerTest } from '../helpers/peer.ts';
import { throwsCode } from '../helpers/throws.ts';

const server = apiServerOfFile();

async function open(t: ExecutionContext, kubeconfig: string, options: { signal?: AbortSignal; timeout?: number } = {}) {
  const cluster = await openCluster({ kubeconfig, env: {}, ...options });
  t.teardown(() => cluster.close());
  const core = cluster.client(CoreV1Api);
  const read = (name: string) =>
    cluster.ask(`read pod ${name}`, () => core.readNamespacedPod({ name, namespace: 'default' }));
  return { cluster, core, read };
}

/** A kubeconfig for an address that no API server is at. */
async function kubeconfigFor(
  t: ExecutionContext,
  url: string,
  user: object = {},
  cluster: object = {},
): Promise<string> {
  const file = join(await temporaryFolder(t), 'config');
  await writeFile(
    file,
    JSON.stringify({
      'current-context': 'c',
      clusters: [{ name: 'c', cluster: { server: url, ...cluster } }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    }),
  );
  return file;
}

peerTest(API_SERVER, 'what is there is read, and what is not is OBJECT_NOT_FOUND', async (t) => {
  const { admin, url } = await server(t);
  const { cluster, core, read } = await open(t, admin);
  t.is(cluster.server, url);
  t.is(cluster.namespace, 'default');
  const { items } = await cluster.ask('list namespaces', () => core.listNamespace());
  t.true(items.some(({ metadata }) => metadata?.name === 'default'));
  const error = await throwsCode(t, 'OBJECT_NOT_FOUND', () => read('nobody-there'));
  t.regex(error?.found ?? '', /could not read pod nobody-there at https:.*: pods "nobody-there" not found/);
});

peerTest(API_SERVER, 'who may not is told so, in the words of the API server', async (t) => {
  const { nobody } = await server(t);
  const { read } = await open(t, nobody);
  const error = await throwsCode(t, 'CLUSTER_DENIED', () => read('web-0'));
  t.regex(error?.found ?? '', /User "nobody" cannot get resource "pods"/);
  t.is(error?.facts['status'], 403);
});

peerTest(API_SERVER, 'a token that nobody knows is CLUSTER_DENIED', async (t) => {
  const { url, ca } = await server(t);
  const cluster = { 'certificate-authority-data': ca.toString('base64') };
  const { read } = await open(t, await kubeconfigFor(t, url, { token: 'wrong' }, cluster));
  const error = await throwsCode(t, 'CLUSTER_DENIED', () => read('web-0'));
  t.is(error?.facts['status'], 401);
});

peerTest(API_SERVER, 'a certificate that nobody vouches for is CLUSTER_UNREACHABLE, with the reason', async (t) => {
  const { url } = await server(t);
  const { read } = await open(t, await kubeconfigFor(t, url));
  const error = await throwsCode(t, 'CLUSTER_UNREACHABLE', () => read('web-0'));
  t.regex(error?.found ?? '', /self-signed certificate/);
});

peerTest(API_SERVER, 'any other refusal is CLUSTER_REFUSED', async (t) => {
  const { admin } = await server(t);
  const { cluster, core } = await open(t, admin);
  const body = { metadata: { name: 'Not A Name' } };
  const error = await throwsCode(t, 'CLUSTER_REFUSED', () =>
    cluster.ask('make a namespace', () => core.createNamespace({ body })),
  );
  t.is(error?.facts['status'], 422);
});

test('where nothing listens is CLUSTER_UNREACHABLE', async (t) => {
  const { read } = await open(t, await kubeconfigFor(t, `https://127.0.0.1:${await freePort()}`));
  const error = await throwsCode(t, 'CLUSTER_UNREACHABLE', () => read('web-0'));
  t.regex(error?.found ?? '', /does not answer \(connect ECONNREFUSED/);
});

test('credentials that cannot be had are KUBECONFIG_INVALID', async (t) => {
  const gone = await kubeconfigFor(t, 'https://127.0.0.1:1', {
    'client-certificate': '/nowhere/cert',
    'client-key': '/nowhere/key',
  });
  const { read } = await open(t, gone);
  const error = await throwsCode(t, 'KUBECONFIG_INVALID', () => read('web-0'));
  t.regex(error?.found ?? '', /credentials of user u in context c cannot be used: ENOENT/);
});

test('a server that takes the call and never answers is given up', async (t) => {
  const { url, config } = await silentServer(t);
  const { read } = await open(t, config, { timeout: 50 });
  const error = await throwsCode(t, 'CLUSTER_UNREACHABLE', () => read('web-0'));
  t.is(error?.facts['server'], url);
  t.regex(error?.found ?? '', /timeout/);
});

test('whoever is interrupted gets the reason back', async (t) => {
  const { config, asked } = await silentServer(t);
  const controller = new AbortController();
  const { read } = await open(t, config, { signal: controller.signal });
  const reading = throwsCode(t, 'CANCELLED', () => read('web-0'));
  await asked;
  controller.abort(new ThawError('CANCELLED', { message: 'enough', next: 'rest' }));
  await reading;
});

test('requests use connections again, and do not make one each', async (t) => {
  const { config, connections } = await answeringServer(t);
  const { read } = await open(t, config);
  for (let asked = 0; asked < 10; asked += 1) t.is((await read('web-0')).metadata?.name, 'web-0');
  t.true(connections() <= 2, `${connections()}`);
});

async function tlsServer(t: ExecutionContext) {
  const { ca, certificate, key } = await makeCertificates(t);
  const https = createServer({ cert: await readFile(certificate), key: await readFile(key) }).listen(0, '127.0.0.1');
  await once(https, 'listening');
  t.teardown(() => {
    https.closeAllConnections();
    https.close();
  });
  const url = `https://127.0.0.1:${(https.address() as AddressInfo).port}`;
  return { https, url, config: await kubeconfigFor(t, url, {}, { 'certificate-authority': ca }) };
}

async function silentServer(t: ExecutionContext) {
  const { https, url, config } = await tlsServer(t);
  return { url, config, asked: once(https, 'request') };
}

async function answeringServer(t: ExecutionContext) {
  const { https, config } = await tlsServer(t);
  let connections = 0;
  https.on('secureConnection', () => {
    connections += 1;
  });
  https.on('request', (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-0' } }));
  });
  return { config, connections: () => connections };
}
