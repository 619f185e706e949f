import { CoreV1Api, RbacAuthorizationV1Api } from '@kubernetes/client-node';
import type { ExecutionContext } from 'ava';
import { openCluster } from '../../src/kube/client.ts';
import type { ApiServer } from './api-server.ts';

/** Puts objects into a cluster that only an API server runs in, status included, as kubelets would have written it. */
export interface ClusterObjects {
  /** A namespace of the test's own. */
  readonly namespace: string;
  pod(pod: object): Promise<void>;
  event(event: object): Promise<void>;
  node(name: string, node: object): Promise<void>;
  /** Lets somebody do this in the namespace. */
  allow(user: string, verbs: readonly string[], resources: readonly string[]): Promise<void>;
}

/** Opens the cluster of an API server, and makes a namespace for this test. */
export async function clusterObjects(t: ExecutionContext, { admin }: ApiServer): Promise<ClusterObjects> {
  const cluster = await openCluster({ kubeconfig: admin, env: {} });
  t.teardown(() => cluster.close());
  const core = cluster.client(CoreV1Api);
  const made = await core.createNamespace({ body: { metadata: { generateName: 'test-' } } });
  const namespace = made.metadata?.name ?? '';
  return {
    namespace,
    pod: async (pod) => {
      const body = inNamespace(pod, namespace);
      const { metadata } = await core.createNamespacedPod({ namespace, body });
      const name = metadata?.name ?? '';
      await core.replaceNamespacedPodStatus({ namespace, name, body: { ...body, metadata: { name, namespace } } });
    },
    event: async (event) => {
      const metadata = { generateName: 'event-', namespace };
      const { involvedObject } = event as { involvedObject: object };
      const body = { ...event, metadata, involvedObject: { ...involvedObject, namespace } };
      await core.createNamespacedEvent({ namespace, body });
    },
    node: async (name, node) => {
      const body = { ...node, metadata: { name } };
      await core.createNode({ body });
      await core.replaceNodeStatus({ name, body });
    },
    allow: async (user, verbs, resources) => {
      const rbac = cluster.client(RbacAuthorizationV1Api);
      const metadata = { name: user };
      const rules = [{ apiGroups: [''], verbs: [...verbs], resources: [...resources] }];
      await rbac.createNamespacedRole({ namespace, body: { metadata, rules } });
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: user };
      const subjects = [{ kind: 'User', name: user }];
      await rbac.createNamespacedRoleBinding({ namespace, body: { metadata, roleRef, subjects } });
    },
  };
}

/** A pod as one would apply it: without what only the API server writes. */
function inNamespace(pod: object, namespace: string): object {
  const { metadata } = pod as { metadata: { name: string } };
  return { ...pod, metadata: { name: metadata.name, namespace } };
}
