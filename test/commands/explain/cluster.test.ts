import { join } from 'node:path';
import { API_SERVER, apiServerOfFile } from '../../helpers/api-server.ts';
import { clusterObjects } from '../../helpers/cluster-objects.ts';
import { failedPod, nodeOf, podEvent, startError, waiting } from '../../helpers/failed-pod.ts';
import { fixturePath, temporaryFolder } from '../../helpers/fixtures.ts';
import { peerTest } from '../../helpers/peer.ts';
import { serving } from '../../helpers/serving.ts';
import { thaw, thawOk } from '../../helpers/thaw.ts';

const server = apiServerOfFile();

const OFF = 'checkpoint restore via CreateContainer is disabled by configuration';
const OPAQUE = 'OCI runtime restore failed: criu failed: type NOTIFY errno 0\nlog file: /run/x/restore.log';

peerTest(API_SERVER, 'a pod in a cluster is explained with its events and its node', async (t) => {
  const { admin } = await server(t);
  const objects = await clusterObjects(t, await server(t));
  await objects.node('node-b', nodeOf('containerd://2.3.7'));
  await objects.pod(failedPod([{ name: 'web', state: waiting('CreateContainerError') }]));
  await objects.event(podEvent('Failed', `Error: ${OFF}`, 'web'));
  await objects.event({
    ...podEvent('Failed', 'Error: something else', 'web'),
    involvedObject: { kind: 'Pod', name: 'web-1' },
  });
  const args = ['explain', 'pod/web-0-restored', '-n', objects.namespace, '--kubeconfig', admin];
  const data = { XDG_DATA_HOME: await temporaryFolder(t) };
  const text = await thawOk(args, { env: data });
  t.regex(text, /on node-b \(containerd 2\.3\.7, amd64\): it failed/);
  t.true(text.includes(`said    Failed: Error: ${OFF}`), text);
  t.regex(text, /change {2}Set enable_experimental_restore_via_create = true/);
  t.regex(text, /note: there is no image checkpoint-registry\.local\/checkpoints:web/);
  const { verdict, parts } = JSON.parse(
    await thawOk([...args, '--json'], { env: { ...data, KUBECONFIG: '/nowhere' } }),
  );
  t.is(verdict, 'failed');
  t.is(parts[0].explanations[0].id, 'containerd-restore-off');
});

peerTest(
  API_SERVER,
  "the image's manifest is read where --registry says, and names the mount that is missing",
  async (t) => {
    const { admin } = await server(t);
    const objects = await clusterObjects(t, await server(t));
    const root = join(await temporaryFolder(t), 'data');
    const to = 'checkpoint-registry.local/checkpoints:web';
    const image = await thawOk(['convert', fixturePath('containerd/web'), '--to', to, '--root', root, '--quiet']);
    const registry = await serving(t, { root });
    await objects.pod(failedPod([{ name: 'web', image, state: startError(OPAQUE) }]));
    const at = ['--registry', new URL(registry.url).host];
    const text = await thawOk(['explain', 'web-0-restored', '-n', objects.namespace, '--kubeconfig', admin, ...at]);
    t.regex(text, /means {3}The pod lacks mounts that the container had when it was frozen: \/data/);
    t.notRegex(text, /^note: .*manifest/m);
  },
);

peerTest(API_SERVER, 'what may not be read is noted, and what may be is explained', async (t) => {
  const { nobody } = await server(t);
  const objects = await clusterObjects(t, await server(t));
  await objects.allow('nobody', ['get'], ['pods']);
  await objects.pod(failedPod([{ name: 'web', state: waiting('CreateContainerError', OFF) }]));
  const text = await thawOk(['explain', 'web-0-restored', '-n', objects.namespace, '--kubeconfig', nobody]);
  t.regex(text, /Restore is switched off/);
  t.regex(text, /note: could not list the events .* cannot list resource "events"/);
  t.regex(text, /note: could not read node node-b .* cannot get resource "nodes"/);
});

peerTest(API_SERVER, 'a pod that is gone is told of by its events', async (t) => {
  const { admin } = await server(t);
  const objects = await clusterObjects(t, await server(t));
  const involvedObject = { kind: 'ReplicaSet', name: 'web' };
  await objects.event({
    ...podEvent('SuccessfulDelete', 'Deleted pod: web-0-restored'),
    type: 'Normal',
    involvedObject,
  });
  const text = await thawOk(['explain', 'web-0-restored', '-n', objects.namespace, '--kubeconfig', admin]);
  t.regex(text, /it is gone; its events remain\n\npod\n.*\n {2}means {3}A ReplicaSet deleted the pod web-0-restored/);
});

peerTest(API_SERVER, 'a pod that nobody has heard of is OBJECT_NOT_FOUND', async (t) => {
  const { admin } = await server(t);
  const { exitCode, stderr, stdout } = await thaw(['explain', 'nobody-there', '--kubeconfig', admin]);
  t.is(exitCode, 10);
  t.is(stdout, '');
  t.regex(stderr, /OBJECT_NOT_FOUND: Could not read pod default\/nobody-there .*not found/i);
});

peerTest(API_SERVER, 'whoever may not read pods is CLUSTER_DENIED', async (t) => {
  const { nobody } = await server(t);
  const { exitCode, stderr } = await thaw(['explain', 'web-0', '--kubeconfig', nobody]);
  t.is(exitCode, 5);
  t.regex(stderr, /CLUSTER_DENIED/);
});
