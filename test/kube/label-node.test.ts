import { CoreV1Api } from '@kubernetes/client-node';
import { openCluster } from '../../src/kube/client.ts';
import { labelNode } from '../../src/kube/label-node.ts';
import { API_SERVER, apiServerOfFile } from '../helpers/api-server.ts';
import { peerTest } from '../helpers/peer.ts';
import { throwsCode } from '../helpers/throws.ts';

const server = apiServerOfFile();

peerTest(API_SERVER, 'labels of a node are set and taken away, and others stay', async (t) => {
  const { admin } = await server(t);
  const cluster = await openCluster({ kubeconfig: admin, env: {} });
  t.teardown(() => cluster.close());
  const core = cluster.client(CoreV1Api);
  const name = 'labelled';
  const theirs = { 'example.com/rack': 'r1', 'dev.thaw/criu': '4.1.1' };
  await cluster.ask('create', () => core.createNode({ body: { metadata: { name, labels: theirs } } }));
  const labels = async () => (await cluster.ask('read', () => core.readNode({ name }))).metadata?.labels ?? {};

  await labelNode(cluster, name, { 'dev.thaw/runc': '1.3.6', 'dev.thaw/criu': '4.2.1', 'dev.thaw/kernel': null });
  t.like(await labels(), { 'example.com/rack': 'r1', 'dev.thaw/criu': '4.2.1', 'dev.thaw/runc': '1.3.6' });
  await labelNode(cluster, name, { 'dev.thaw/criu': null, 'dev.thaw/runc': null });
  t.deepEqual(
    Object.keys(await labels()).filter((key) => !key.startsWith('kubernetes.io/')),
    ['example.com/rack'],
  );
});

peerTest(API_SERVER, 'a node that is not there is OBJECT_NOT_FOUND, and no right to it CLUSTER_DENIED', async (t) => {
  const { admin, nobody } = await server(t);
  for (const [kubeconfig, code] of [
    [admin, 'OBJECT_NOT_FOUND'],
    [nobody, 'CLUSTER_DENIED'],
  ] as const) {
    const cluster = await openCluster({ kubeconfig, env: {} });
    t.teardown(() => cluster.close());
    const error = await throwsCode(t, code, () => labelNode(cluster, 'nobody-there', { 'dev.thaw/runc': '1' }));
    t.regex(error?.found ?? '', /could not label node nobody-there/);
  }
});
