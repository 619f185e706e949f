import type { Pod } from '../../../kube/pod.ts';

/** The owner that controls a pod, as `ReplicaSet web-7d9f`; undefined for a pod that nobody would make anew. */
export function controllingOwner(pod: Pod): string | undefined {
  const owner = (pod.metadata?.ownerReferences ?? []).find(({ controller }) => controller === true);
  return owner === undefined ? undefined : `${owner.kind} ${owner.name}`;
}
