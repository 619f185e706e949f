import { fieldsOf, itemsOf } from '../../../../kube/fields.ts';
import type { RestoreMethod } from '../restore.ts';
import { walkContainers, walkInitContainers } from './containers.ts';
import type { At, Row } from './row.ts';
import { walkVolumes } from './volumes.ts';

const kept =
  (reason: string) =>
  (field: string): Row => ({ field, outcome: 'kept', reason });
const dropped =
  (reason: string) =>
  (field: string): Row => ({ field, outcome: 'dropped', reason });

const hasTargetNode = ({ restore }: At): boolean => restore.targetNode !== undefined;

/** Where a named target node decides, the scheduler's fields would only let the kubelet refuse the pod. */
const placement = (field: string): Row[] => [
  {
    field,
    outcome: 'dropped',
    reason: 'the target node is named, and the kubelet would refuse the pod where they disagree',
    when: hasTargetNode,
  },
  { field, outcome: 'kept', reason: 'no target node is named, so the scheduler chooses by it' },
];

/** The table of a pod's spec: what the method decides stands first, and alone where it always does. */
export function specRows(method: RestoreMethod): readonly Row[] {
  const decided = new Set(method.specRows.filter(({ when }) => when === undefined).map(({ field }) => field));
  return [...method.specRows, ...SPEC.filter(({ field }) => !decided.has(field))];
}

/** The fields of a pod's spec (Kubernetes API reference 1.36, PodSpec v1 core), and three from other versions. */
const SPEC: readonly Row[] = [
  {
    field: 'nodeName',
    outcome: 'set',
    reason: 'the target node',
    when: hasTargetNode,
    value: ({ restore }) => restore.targetNode,
  },
  { field: 'nodeName', outcome: 'dropped', reason: 'it is the source node' },
  kept('what the source pod wants when a container ends')('restartPolicy'),
  ...['runtimeClassName', 'priorityClassName'].map(kept('what the source pod asks of the cluster, by name')),
  kept('files, tokens and permissions are those of the same account')('serviceAccountName'),
  {
    field: 'serviceAccount',
    outcome: 'dropped',
    reason: 'the old name of serviceAccountName; the server fills it in',
    when: ({ within }) => typeof within['serviceAccountName'] === 'string' && within['serviceAccountName'] !== '',
  },
  kept('the old name of serviceAccountName, and the only one the source pod has')('serviceAccount'),
  kept("a checkpoint that has the token's mount needs it again")('automountServiceAccountToken'),
  kept('the kubelet pulls checkpoint and base images with them')('imagePullSecrets'),
  ...['securityContext', 'hostUsers', 'os'].map(kept('the processes were frozen with these identities')),
  ...['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace'].map(
    kept('the processes were frozen in these namespaces'),
  ),
  ...['hostname', 'hostnameOverride', 'subdomain', 'setHostnameAsFQDN'].map(
    kept('the processes know themselves by this name'),
  ),
  ...['hostAliases', 'dnsPolicy', 'dnsConfig', 'enableServiceLinks'].map(
    kept('the kubelet writes the files of name resolution from it'),
  ),
  ...['tolerations', 'schedulerName'].map(kept('what let the source pod run lets the restored one run')),
  ...['resources', 'resourceClaims'].map(kept('the processes need what they had')),
  kept('whoever waits for these conditions waits for them here too')('readinessGates'),
  kept('the processes get the same time to end')('terminationGracePeriodSeconds'),
  kept('it still bounds how long the pod may run, counted from the restore')('activeDeadlineSeconds'),
  ...['affinity', 'nodeSelector', 'topologySpreadConstraints'].flatMap(placement),
  dropped('nobody would open them for the restored pod')('schedulingGates'),
  ...['schedulingGroup', 'workloadRef'].map(dropped("the source pod's group is placed already")),
  ...['priority', 'preemptionPolicy'].map(
    dropped('admission sets it from priorityClassName and refuses another value'),
  ),
  dropped('admission sets it from runtimeClassName and refuses another value')('overhead'),
  dropped('they were registered by whoever manages the source pod')('evictionResponders'),
  dropped('a second way to restore, which excludes this one')('restoreFrom'),
  {
    field: 'initContainers',
    outcome: 'kept',
    reason: 'one by one',
    inside: walkInitContainers,
  },
  {
    field: 'containers',
    outcome: 'kept',
    reason: 'one by one, with the sidecars',
    inside: walkContainers,
  },
  {
    field: 'ephemeralContainers',
    outcome: 'dropped',
    reason: 'a new pod may not have any; they were for looking into the source pod',
    note: ({ was }) => `ephemeral containers are dropped: ${namesOf(was)}`,
  },
  { field: 'volumes', outcome: 'kept', reason: 'one by one', inside: walkVolumes },
];

function namesOf(containers: unknown): string {
  return itemsOf(containers)
    .map((container) => String(fieldsOf(container)['name']))
    .join(', ');
}
