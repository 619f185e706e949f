import type { Setting } from './fake-runtime.ts';

/** How a fake node's runtime is started. */
export interface Started extends Omit<Setting, 'root'> {
  /** The arguments that its process is seen with. */
  readonly args: readonly string[];
  readonly unit: string;
}

const K3S = '/var/lib/rancher/k3s/agent/etc/containerd/config.toml';
const K3S_SOCKET = '/run/k3s/containerd/containerd.sock';

/** The roots below test/fixtures/nodes and how their runtime is started. */
export const NODES = {
  kubeadm: containerd([]),
  'by-hand': containerd(['--config', '/etc/containerd/config.toml']),
  k3s: containerd(['-c', K3S, '-a', K3S_SOCKET], { file: K3S, socket: K3S_SOCKET, unit: 'k3s.service' }),
  nvidia: containerd([]),
  'no-file': containerd([]),
  crio: crio([]),
  'crio-crun': crio([]),
  'crio-no-drop-ins': crio(['--config-dir', ''], { folder: '' }),
} as const satisfies Record<string, Started>;

export type NodeName = keyof typeof NODES;

function containerd(args: readonly string[], others: Partial<Started> = {}): Started {
  const socket = '/run/containerd/containerd.sock';
  const file = '/etc/containerd/config.toml';
  return { runtime: 'containerd', version: 'v2.3.7', args, socket, file, unit: 'containerd.service', ...others };
}

function crio(args: readonly string[], others: Partial<Started> = {}): Started {
  const [file, folder] = ['/etc/crio/crio.conf', '/etc/crio/crio.conf.d'];
  const socket = '/run/crio/crio.sock';
  return { runtime: 'cri-o', version: '1.37.0', args, socket, file, folder, unit: 'crio.service', ...others };
}
