import type { NodeContext } from '../../checkpoint/failures/context.ts';

/** Where CRIU's restore.log is after a failed restore, by engine. */
const LOGS: Readonly<Record<string, string>> = {
  containerd:
    'CRIU\'s restore.log, which containerd keeps only in a folder named as CriuWorkPath under [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]',
  'cri-o': "CRIU's restore.log in /run/containers/storage/overlay-containers/<container ID>/userdata",
};

/** Where to look for what nobody has said yet. Lines. */
export function whereToLook(pod: string | undefined, { name, engine }: NodeContext = {}): string[] {
  const [namespace, podName] = pod?.split('/') ?? [];
  const unit = engine?.name === 'cri-o' ? 'crio' : 'containerd';
  const log = LOGS[engine?.name ?? ''] ?? `${LOGS['containerd']} (CRI-O: ${LOGS['cri-o']})`;
  return [
    ...(podName === undefined ? [] : [`kubectl describe pod ${podName} -n ${namespace}`]),
    `on ${name === undefined ? 'the node' : `node ${name}`}: journalctl -u ${unit} -u kubelet`,
    `there too: ${log}; thaw explain --log reads it`,
  ];
}
