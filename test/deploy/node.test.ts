import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { HANDLER } from '../../src/node/runtime/wishes.ts';
import { makeCertificates } from '../helpers/certificates.ts';
import { temporaryFolder } from '../helpers/fixtures.ts';
import { type KubeObject, kustomize } from '../helpers/kustomize.ts';
import { peerTest } from '../helpers/peer.ts';
import type { Container, PodSpec } from '../helpers/pod-security.ts';
import { thaw } from '../helpers/thaw.ts';

const FOLDERS = ['node', 'node/overlays/registry', 'node/overlays/uninstall'];

interface Pod extends PodSpec {
  readonly serviceAccountName: string;
  readonly volumes: readonly { readonly name: string; readonly configMap?: { readonly name: string } }[];
}

interface Built {
  readonly objects: readonly KubeObject[];
  readonly pod: Pod;
  readonly containers: readonly Container[];
  of<Wanted = KubeObject>(kind: string): Wanted;
}

async function built(folder: string): Promise<Built> {
  const objects = await kustomize(folder);
  const of = <Wanted>(kind: string) => {
    const [found, ...others] = objects.filter((object) => object.kind === kind);
    if (found === undefined || others.length > 0) throw new Error(`${folder} has not one ${kind}`);
    return found as Wanted;
  };
  const { spec } = of<{ spec: { template: { spec: Pod } } }>('DaemonSet');
  const pod = spec.template.spec;
  return { objects, pod, containers: [...(pod.initContainers ?? []), ...pod.containers], of };
}

for (const folder of FOLDERS) {
  peerTest(['kustomize'], `deploy/${folder}: every name that an object uses is there`, async (t) => {
    const { objects, pod, containers, of } = await built(folder);
    const names = (kind: string) =>
      objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
    t.deepEqual(names('ServiceAccount'), [pod.serviceAccountName]);
    const binding = of<{ roleRef: { name: string }; subjects: { name: string; namespace: string }[] }>(
      'ClusterRoleBinding',
    );
    t.deepEqual(names('ClusterRole'), [binding.roleRef.name]);
    t.deepEqual(binding.subjects, [
      { kind: 'ServiceAccount', name: pod.serviceAccountName, namespace: 'thaw-node' } as never,
    ]);
    t.deepEqual(names('Namespace'), ['thaw-node']);
    t.deepEqual(
      pod.volumes.flatMap(({ configMap }) => (configMap === undefined ? [] : [configMap.name])),
      names('ConfigMap'),
    );
    const volumes = new Set(pod.volumes.map(({ name }) => name));
    for (const { volumeMounts = [] } of containers) for (const { name } of volumeMounts) t.true(volumes.has(name));
  });

  peerTest(['kustomize', 'openssl'], `deploy/${folder}: thaw takes the arguments of every container`, async (t) => {
    const { containers } = await built(folder);
    for (const { args = [], name } of containers) {
      const { exitCode, stderr } = await thaw(await elsewhere(t, args));
      // All that is wrong here is that this machine is no node, and this thaw not the executable.
      t.is(exitCode, args[1] === 'uninstall' ? 0 : 12, `${name}: ${stderr}`);
    }
  });
}

peerTest(
  ['kustomize'],
  'nodes are made ready before their pod is, updated from node to node, and labelled for ever',
  async (t) => {
    const { pod, of } = await built('node');
    t.deepEqual(
      pod.initContainers?.map(({ args }) => args?.slice(0, 2)),
      [['node', 'install']],
    );
    t.deepEqual(
      pod.containers.map(({ args }) => args?.slice(0, 2)),
      [['node', 'status']],
    );
    t.true(pod.hostPID, 'to send CRI-O a signal');
    const { spec } = of<{ spec: { updateStrategy: object } }>('DaemonSet');
    t.deepEqual(spec.updateStrategy, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } });
  },
);

peerTest(['kustomize'], 'its account may do nothing but patch nodes', async (t) => {
  const { of } = await built('node');
  const { rules } = of<{ rules: unknown }>('ClusterRole');
  t.deepEqual(rules, [{ apiGroups: [''], resources: ['nodes'], verbs: ['patch'] }]);
});

peerTest(['kustomize'], 'the RuntimeClass asks for the handler that is installed, on nodes that have it', async (t) => {
  const { of } = await built('node');
  const runtimeClass = of<{ handler: string; scheduling: object; metadata: { name: string } }>('RuntimeClass');
  t.is(runtimeClass.metadata.name, 'thaw');
  t.is(runtimeClass.handler, HANDLER);
  t.deepEqual(runtimeClass.scheduling, { nodeSelector: { 'dev.thaw/restore-runtime': 'true' } });
});

peerTest(['kustomize'], 'the overlay uninstall takes away, and labels no more', async (t) => {
  const { pod } = await built('node/overlays/uninstall');
  t.deepEqual(
    pod.initContainers?.map(({ args }) => args?.slice(0, 2)),
    [['node', 'uninstall']],
  );
  t.true(
    pod.initContainers?.[0]?.args?.some((arg) => arg.startsWith('--label-node=')),
    'the labels go',
  );
  t.false(pod.containers[0]?.args?.some((arg) => arg.startsWith('--label-node=')));
});

/** The arguments with an empty folder as the node's root, a real certificate, and nothing to label. */
async function elsewhere(t: ExecutionContext, args: readonly string[]): Promise<string[]> {
  const folder = await temporaryFolder(t);
  const { ca } = await makeCertificates(t);
  const file = join(folder, 'ca.crt');
  await writeFile(file, await readFile(ca));
  return args
    .map((arg) => arg.replace(/^--root=.*/, `--root=${folder}`).replace(/^--ca=.*/, `--ca=${file}`))
    .filter((arg) => !arg.startsWith('--label-node=') && !arg.startsWith('--every='));
}
