import { openCluster } from '../../kube/client.ts';
import { labelNode } from '../../kube/label-node.ts';
import type { NodeLabels } from '../../node/labels.ts';
import type { Context } from '../action.ts';

/** Labels a node of the cluster that this machine, or the pod it runs in, knows. */
export async function setLabels(name: string, labels: NodeLabels, { io, signal }: Context): Promise<void> {
  const cluster = await openCluster({ env: io.env, signal });
  try {
    await labelNode(cluster, name, labels);
  } finally {
    await cluster.close();
  }
}
