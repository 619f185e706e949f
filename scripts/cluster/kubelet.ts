import { stringify } from 'yaml';
import type { Files } from './node-files.ts';
import type { NodeSettings } from './settings.ts';

/** What a node's kubelet reads, below /node, for the runtime behind that socket. */
export function kubeletFiles(node: NodeSettings, socket: string): Files {
  const call = [
    'exec kubelet --config=/node/kubelet.yaml --kubeconfig=/node/kubelet.conf',
    `--hostname-override=${node.name} --node-ip=${node.address} --v=2`,
  ];
  return {
    kubelet: { program: `#!/bin/sh\n${call.join(' ')}\n` },
    'kubelet.yaml': stringify({
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      containerRuntimeEndpoint: `unix://${socket}`,
      authentication: {
        anonymous: { enabled: false },
        webhook: { enabled: true },
        x509: { clientCAFile: '/node/ca.crt' },
      },
      authorization: { mode: 'Webhook' },
      tlsCertFile: '/node/node.crt',
      tlsPrivateKeyFile: '/node/node.key',
      cgroupDriver: 'cgroupfs',
      // The kubelet refuses cgroup v1 otherwise.
      failCgroupV1: false,
      failSwapOn: false,
      resolvConf: '',
      // Two nodes share one disk with everything else on this host: only a truly full one evicts.
      evictionHard: {
        'memory.available': '100Mi',
        'nodefs.available': '1%',
        'nodefs.inodesFree': '1%',
        'imagefs.available': '1%',
        'imagefs.inodesFree': '1%',
      },
      imageGCHighThresholdPercent: 100,
      imageGCLowThresholdPercent: 99,
      serializeImagePulls: false,
      nodeStatusUpdateFrequency: '5s',
      syncFrequency: '10s',
      shutdownGracePeriod: '0s',
    }),
  };
}
