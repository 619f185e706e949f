import type { MigrationAnnotations } from '../restore.ts';
import type { Row } from './row.ts';

const migration = (field: keyof MigrationAnnotations, reason: string): Row => ({
  field,
  outcome: 'set',
  reason,
  when: ({ restore }) => restore.annotations[field] !== undefined,
  value: ({ restore }) => restore.annotations[field],
});

const dropped =
  (reason: string) =>
  (field: string): Row => ({ field, outcome: 'dropped', reason });

/** Annotations of a pod: ours, then those that others wrote onto the source pod, then the pod's own. */
export const ANNOTATIONS: readonly Row[] = [
  migration('migration.source-pod', 'which pod this one goes on with'),
  migration('migration.target-node', 'where it was sent'),
  migration('migration.checkpoint-source', 'which checkpoints it starts from'),
  migration('migration.timestamp', 'when it was made'),
  ...['migration.*', 'dev.thaw/*'].map(dropped('it tells of an earlier restore')),
  ...['kubernetes.io/config.*', 'kubernetes.io/created-by', 'kubernetes.io/limit-ranger', 'kubernetes.io/psp'].map(
    dropped('the server or the kubelet wrote it about the source pod'),
  ),
  ...[
    'openshift.io/scc',
    'security.openshift.io/validated-scc-subject-type',
    'vpaUpdates',
    'vpaObservedContainers',
  ].map(dropped('admission wrote it about the source pod, and writes it anew')),
  ...['kubectl.kubernetes.io/last-applied-configuration'].map(
    dropped('it describes the source pod; kubectl apply writes it anew'),
  ),
  ...[
    'cni.projectcalico.org/*',
    'k8s.v1.cni.cncf.io/network-status',
    'k8s.v1.cni.cncf.io/networks-status',
    'k8s.ovn.org/*',
    'ovn.kubernetes.io/*',
    'openstack.org/kuryr-*',
    'vpc.amazonaws.com/*',
    'networking.gke.io/pod-ips',
  ].map(dropped('the network plugin wrote it: the addresses and interfaces of the source pod')),
  { field: '*', outcome: 'kept', reason: "it is the pod's own" },
];
