import { fieldsOf, itemsOf } from '../../../kube/fields.ts';
import type { Pod } from '../../../kube/pod.ts';

/** The owner that controls a pod, as `ReplicaSet web-7d9f`; undefined for a pod that nobody would make anew. */
export function controllingOwner({ metadata }: Pod): string | undefined {
  const owners = itemsOf(metadata?.ownerReferences).map(fieldsOf);
  const owner = owners.find(({ controller }) => controller === true);
  return owner === undefined ? undefined : `${owner['kind']} ${owner['name']}`;
}
