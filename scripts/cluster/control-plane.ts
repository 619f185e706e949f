import { join } from 'node:path';
import { makeCertificate, makeTokenKeys } from './certificates.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { assertAlive, lastWords, type ProcessRecord, startDaemon } from './processes.ts';
import type { Settings } from './settings.ts';
import { statePaths } from './state.ts';
import { waitFor } from './wait.ts';

/** Where the control plane's programs are. */
export interface ControlPlanePrograms {
  readonly etcd: string;
  readonly 'kube-apiserver': string;
  readonly 'kube-controller-manager': string;
}

/** Starts etcd and waits until it answers. */
export async function startEtcd(settings: Settings, { etcd }: ControlPlanePrograms): Promise<void> {
  const [clients, peers] = [etcdUrl(settings), `http://${settings.host}:2380`];
  const record = await startDaemon(settings, 'etcd', etcd, [
    `--data-dir=${statePaths(settings).etcd}`,
    // The bed is made anew at each start: nothing in it must outlive a power cut.
    '--unsafe-no-fsync',
    '--log-level=warn',
    ...[`--listen-client-urls=${clients}`, `--advertise-client-urls=${clients}`],
    ...[`--listen-peer-urls=${peers}`, `--initial-advertise-peer-urls=${peers}`, `--initial-cluster=default=${peers}`],
  ]);
  await waitFor(
    'etcd',
    20,
    async () => {
      await assertAlive(settings, record);
      return answers(`${clients}/health`);
    },
    () => lastWords(settings, 'etcd'),
  );
}

/** Makes the certificates of the control plane and the kubeconfig of the bed's user. */
export async function makeIdentities(settings: Settings): Promise<void> {
  const { pki, kubeconfig } = statePaths(settings);
  const kubernetes = [
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
  ];
  await Promise.all([
    makeTokenKeys(pki),
    makeCertificate(pki, {
      file: 'apiserver',
      name: 'kube-apiserver',
      serves: [`IP:${settings.host}`, 'IP:127.0.0.1', 'IP:10.96.0.1', ...kubernetes.map((name) => `DNS:${name}`)],
    }),
    makeCertificate(pki, { file: 'apiserver-kubelet', name: 'kube-apiserver-kubelet-client', group: 'system:masters' }),
    makeCertificate(pki, { file: 'admin', name: 'admin', group: 'system:masters' }),
    makeCertificate(pki, { file: 'controller-manager', name: 'system:kube-controller-manager' }),
  ]);
  await writeKubeconfig(pki, 'admin', apiServerUrl(settings), kubeconfig);
  await writeKubeconfig(pki, 'controller-manager', apiServerUrl(settings), join(pki, 'controller-manager.conf'));
}

/** Starts the API server. It answers after some seconds. */
export async function startApiServer(settings: Settings, programs: ControlPlanePrograms): Promise<ProcessRecord> {
  const pki = (file: string) => join(statePaths(settings).pki, file);
  return startDaemon(settings, 'kube-apiserver', programs['kube-apiserver'], [
    `--etcd-servers=${etcdUrl(settings)}`,
    ...[`--bind-address=${settings.host}`, `--advertise-address=${settings.host}`, '--secure-port=6443'],
    '--service-cluster-ip-range=10.96.0.0/24',
    ...[`--tls-cert-file=${pki('apiserver.crt')}`, `--tls-private-key-file=${pki('apiserver.key')}`],
    `--client-ca-file=${pki('ca.crt')}`,
    ...['--authorization-mode=Node,RBAC', '--enable-admission-plugins=NodeRestriction', '--allow-privileged=true'],
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    ...[`--service-account-key-file=${pki('tokens.pub')}`, `--service-account-signing-key-file=${pki('tokens.key')}`],
    `--kubelet-client-certificate=${pki('apiserver-kubelet.crt')}`,
    `--kubelet-client-key=${pki('apiserver-kubelet.key')}`,
    `--kubelet-certificate-authority=${pki('ca.crt')}`,
    '--kubelet-preferred-address-types=InternalIP',
  ]);
}

/** Starts the controller manager, which gives up when the API server is not ready. */
export async function startControllerManager(
  settings: Settings,
  programs: ControlPlanePrograms,
): Promise<ProcessRecord> {
  const pki = (file: string) => join(statePaths(settings).pki, file);
  return startDaemon(settings, 'kube-controller-manager', programs['kube-controller-manager'], [
    `--kubeconfig=${pki('controller-manager.conf')}`,
    ...['--leader-elect=false', '--use-service-account-credentials=true'],
    `--service-account-private-key-file=${pki('tokens.key')}`,
    `--root-ca-file=${pki('ca.crt')}`,
    ...[`--cluster-signing-cert-file=${pki('ca.crt')}`, `--cluster-signing-key-file=${pki('ca.key')}`],
    `--bind-address=${settings.host}`,
  ]);
}

/** Where the API server answers. */
export function apiServerUrl({ host }: Settings): string {
  return `https://${host}:6443`;
}

function etcdUrl({ host }: Settings): string {
  return `http://${host}:2379`;
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
