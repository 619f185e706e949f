import { isThawError, ThawError } from '../../errors.ts';
import type { Cluster } from '../../kube/client.ts';
import { fieldsOf, itemsOf } from '../../kube/fields.ts';
import type { Question } from './question.ts';

/**
 * Reads a pod, its events and its node. A pod that is gone is one that its events are still told of. Throws
 * OBJECT_NOT_FOUND, CLUSTER_DENIED, CLUSTER_REFUSED, CLUSTER_UNREACHABLE; what else cannot be read is only noted.
 */
export async function fromCluster(cluster: Cluster, namespace: string, name: string): Promise<Question> {
  const { CoreV1Api } = await import('@kubernetes/client-node');
  const core = cluster.client(CoreV1Api);
  const notes: string[] = [];
  const optional = <Answer>(what: string, call: () => Promise<Answer>) =>
    cluster.ask(what, call).catch((error: unknown) => noteWhy(error, notes));
  const pod = await cluster
    .ask(`read pod ${namespace}/${name}`, () => core.readNamespacedPod({ namespace, name }))
    .catch((error: unknown) => error);
  if (pod instanceof Error && !isThawError(pod, 'OBJECT_NOT_FOUND')) throw pod;
  const list = await optional(`list the events in namespace ${namespace}`, () =>
    core.listNamespacedEvent({ namespace }),
  );
  const events = itemsOf(fieldsOf(list)['items']).filter((event) => regards(event, name));
  if (pod instanceof ThawError) {
    if (events.length === 0) throw pod;
    return { name: `${namespace}/${name}`, events, notes };
  }
  const target = fieldsOf(fieldsOf(pod)['spec'])['nodeName'];
  const node =
    typeof target === 'string'
      ? await optional(`read node ${target}`, () => core.readNode({ name: target }))
      : undefined;
  return { pod, name: `${namespace}/${name}`, events, ...(node === undefined ? {} : { node }), notes };
}

function noteWhy(error: unknown, notes: string[]): undefined {
  if (!(error instanceof ThawError) || error.kind === 'cancelled') throw error;
  notes.push(error.found);
}

/** Whether an event is of the pod, or of an owner that says it deleted the pod. */
function regards(event: unknown, name: string): boolean {
  const { involvedObject, message } = fieldsOf(event);
  const { kind, name: object } = fieldsOf(involvedObject);
  return (kind === 'Pod' && object === name) || message === `Deleted pod: ${name}`;
}
