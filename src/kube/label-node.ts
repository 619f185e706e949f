import type { Cluster } from './client.ts';

/**
 * Sets labels of a node, and takes those away whose value is null; others stay. Throws OBJECT_NOT_FOUND, CLUSTER_DENIED,
 * CLUSTER_REFUSED, CLUSTER_UNREACHABLE.
 */
export async function labelNode(
  cluster: Cluster,
  name: string,
  labels: Readonly<Record<string, string | null>>,
): Promise<void> {
  const { CoreV1Api, PatchStrategy, setHeaderOptions } = await import('@kubernetes/client-node');
  const asMergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
  const body = { metadata: { labels } };
  await cluster.ask(`label node ${name}`, () => cluster.client(CoreV1Api).patchNode({ name, body }, asMergePatch));
}
