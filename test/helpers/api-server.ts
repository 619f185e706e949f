import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { buildPrograms } from '../../scripts/cluster/build.ts';
import { componentOf } from '../../scripts/cluster/modules.ts';
import { settingsOf } from '../../scripts/cluster/settings.ts';
import { freePort } from './free-port.ts';
import type { Peer } from './peer.ts';
import { startTied } from './tied-process.ts';
import { until } from './until.ts';
import { which } from './which.ts';

const REQUIRED = process.env['THAW_REQUIRE_PEERS'] === '1';
const isThere = () => which('kube-apiserver') !== undefined && which('etcd') !== undefined;

/**
 * What a test on an API server needs: `peerTest(API_SERVER, ...)`. With THAW_REQUIRE_PEERS=1 it counts as there: the first
 * test builds what is missing, or waits for whoever is at it.
 */
export const API_SERVER: readonly Peer[] = [
  { name: 'kube-apiserver', isThere: REQUIRED || isThere(), install: 'npm run cluster -- build' },
];

/** A build of Kubernetes takes minutes on two cores that do nothing else, and tests and other builds run beside it. */
const MINUTES_TO_START = REQUIRED ? 40 : 3;

/** A real kube-apiserver over a real etcd, both empty. Nothing else of Kubernetes runs: no scheduler, no kubelet. */
export interface ApiServer {
  /** `https://127.0.0.1:<port>` */
  readonly url: string;
  /** Its folder, which is gone after `stop`; tests may put files there. */
  readonly folder: string;
  /** Kubeconfig files: one of somebody who may do everything, one of somebody who may do nothing. */
  readonly admin: string;
  readonly nobody: string;
  /** Its certificate, which signed itself, as PEM. */
  readonly ca: Buffer;
  stop(): Promise<void>;
}

/**
 * One API server for all tests of a file: started when the first test asks for it, ended after the last one. Tests keep
 * apart by namespaces of their own.
 */
export function apiServerOfFile(): (t: ExecutionContext) => Promise<ApiServer> {
  let starting: Promise<ApiServer> | undefined;
  test.after.always('the API server ends', async () => (await starting?.catch(() => undefined))?.stop());
  return (t) => {
    // A port that was free may be another test's a moment later: then a second try is worth it.
    t.timeout(MINUTES_TO_START * 60_000);
    starting ??= startApiServer().catch(() => startApiServer());
    return starting;
  };
}

/** Starts etcd and kube-apiserver on free ports of loopback; ready when it says so itself. */
export async function startApiServer(): Promise<ApiServer> {
  if (!isThere()) await buildThem();
  const folder = await mkdtemp(join(tmpdir(), 'thaw-apiserver-'));
  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()];
  const tokens = { admin: randomBytes(16).toString('hex'), nobody: randomBytes(16).toString('hex') };
  await writeSecrets(folder, tokens);
  const etcd = startTied(which('etcd') ?? 'etcd', etcdArguments(folder, etcdPort, peerPort), join(folder, 'etcd.log'));
  const server = startTied(
    which('kube-apiserver') ?? 'kube-apiserver',
    serverArguments(folder, port, etcdPort),
    join(folder, 'kube-apiserver.log'),
  );
  const stop = async () => {
    await Promise.all([server.stop(), etcd.stop()]);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const url = `https://127.0.0.1:${port}`;
    await until(() => isReady(url, folder, tokens.admin, [etcd.check, server.check]), Boolean);
    const ca = await readFile(join(folder, 'apiserver.crt'));
    const [admin, nobody] = [join(folder, 'admin.yaml'), join(folder, 'nobody.yaml')];
    await writeFile(admin, kubeconfig(url, ca, tokens.admin));
    await writeFile(nobody, kubeconfig(url, ca, tokens.nobody));
    return { url, folder, admin, nobody, ca, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function buildThem(): Promise<void> {
  const settings = settingsOf(process.env);
  const components = await Promise.all((['etcd', 'kubernetes'] as const).map((name) => componentOf(settings, name)));
  await buildPrograms(components, () => {});
}

async function writeSecrets(folder: string, tokens: { admin: string; nobody: string }): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(join(folder, 'sa.key'), privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 });
  await writeFile(join(folder, 'sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  const lines = [`${tokens.admin},admin,admin,system:masters`, `${tokens.nobody},nobody,nobody`];
  await writeFile(join(folder, 'tokens.csv'), `${lines.join('\n')}\n`, { mode: 0o600 });
}

function etcdArguments(folder: string, client: number, peer: number): string[] {
  return [
    `--data-dir=${folder}/etcd`,
    `--listen-client-urls=http://127.0.0.1:${client}`,
    `--advertise-client-urls=http://127.0.0.1:${client}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-cluster=default=http://127.0.0.1:${peer}`,
    '--unsafe-no-fsync',
  ];
}

function serverArguments(folder: string, port: number, etcd: number): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${etcd}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${folder}`,
    `--token-auth-file=${folder}/tokens.csv`,
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${folder}/sa.pub`,
    `--service-account-signing-key-file=${folder}/sa.key`,
    '--service-cluster-ip-range=10.0.0.0/24',
    // Nobody makes default service accounts here, and a pod may come without one.
    '--disable-admission-plugins=ServiceAccount',
  ];
}

async function isReady(
  url: string,
  folder: string,
  token: string,
  checks: readonly (() => Promise<void>)[],
): Promise<boolean> {
  for (const check of checks) await check();
  try {
    const ca = await readFile(join(folder, 'apiserver.crt'));
    const request = get(`${url}/readyz`, { ca, headers: { authorization: `Bearer ${token}` }, agent: false });
    const [response] = await once(request, 'response');
    response.resume();
    return response.statusCode === 200;
  } catch {
    return false;
  }
}

function kubeconfig(server: string, ca: Buffer, token: string): string {
  // YAML reads JSON.
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': ca.toString('base64') } }],
    users: [{ name: 'test', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
  });
}
