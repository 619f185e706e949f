import { copyFile, mkdir, readFile, realpath, rename } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import ava, { type ExecutionContext } from 'ava';
import { parseAllDocuments } from 'yaml';
import { haveSysResource } from '../../../scripts/cluster/capabilities.ts';
import { nodePaths } from '../../../scripts/cluster/state.ts';
import { waitFor } from '../../../scripts/cluster/wait.ts';
import type { Bed } from '../../helpers/cluster/bed.ts';
import { ways } from '../../helpers/cluster/cluster-test.ts';
import { convertAll, freeze, isWhole, setOut, wake } from '../../helpers/cluster/journey.ts';
import { pushTree } from '../../helpers/cluster/push-tree.ts';
import { buildExecutable, type Executable } from '../../helpers/executable.ts';
import { kustomize } from '../../helpers/kustomize.ts';
import { copyPrograms } from '../../helpers/programs.ts';

// A node that knows nothing of thaw is made ready by `thaw node install`, in it and with nothing but the one executable:
// its runtime and its kubelet list the handler, ordinary pods run under it, a checkpoint of another node wakes up, and
// uninstalling leaves the runtime's configuration as it was.

let executable: Executable;
ava.before('thaw is made one executable', async () => {
  executable = await buildExecutable();
});
ava.after.always('it goes', () => executable?.remove());

const RUNTIME_CLASS = new URL('../../../deploy/node/base/runtime-class.yaml', import.meta.url);
/** What the node's own configuration calls the registry, until thaw does. */
const OWN_REGISTRY = {
  containerd: 'rm -r /etc/containerd/certs.d/checkpoint-registry.local',
  crio: 'truncate --size 0 /etc/containers/registries.conf',
};
const CONFIG = { containerd: 'containerd.toml', crio: 'crio.conf' };

const NAME = 'checkpoint-registry.local';

for (const { test } of ways()) {
  test('a node gets thaw from its one executable, restores with it, and is as before without it', installed);
  test('a pod of the DaemonSet makes its node ready, and labels it', labelled, ['kustomize']);
}

async function installed(t: ExecutionContext, bed: Bed): Promise<void> {
  const { settings } = nodePaths(bed.settings, 'node-a');
  const config = () => readFile(join(settings, CONFIG[bed.runtime]), 'utf8');
  const before = await config();
  await copyFile(executable.path, join(settings, 'thaw'));
  const thaw = (line: string) => bed.run(`cluster exec node-a env -i PATH=/usr/sbin:/usr/bin /node/thaw node ${line}`);
  const status = async () => JSON.parse((await thaw('status --json')).stdout);
  await bed.sh(`cluster exec node-a sh -c '${OWN_REGISTRY[bed.runtime]}'`);

  t.like(await status(), { thaw: 'absent', isInForce: false });
  const refused = await thaw('install');
  t.regex(refused.stderr, /NODE_IMPORTS_MISSING/, 'the node reads no drop-ins');
  t.is(await config(), before);

  const install = `install --edit-config --registry http://${bed.settings.host}:${bed.settings.registryPort}`;
  const first = await thaw(`${install} --restart`);
  t.regex(first.stderr, /NODE_RESTART_NEEDED: .*\n.*as it was started/, 'the bed has no systemd');
  t.like(await status(), { thaw: 'installed', isInForce: false });
  await restartRuntime(bed, 'node-a');
  const second = await thaw(`${install} --json`);
  t.deepEqual(JSON.parse(second.stdout || '{}').written, [], second.stderr);
  t.like(await status(), { thaw: 'installed', isInForce: true });
  const says = 'cluster exec node-a cat /opt/thaw/bin/thaw-runtime.conf';
  t.regex(await bed.sh(says), /^THAW_RUNC='\/.*runc'$/m);
  await kubeletLists(bed, 'node-a', true);

  await runsOrdinaryPods(t, bed, thaw);
  await restores(t, bed);

  // The kubelet takes what is left of a deleted pod away a little later.
  let last = await thaw('uninstall');
  await waitFor('thaw to be used no more', 60, async () => {
    if (last.stderr.includes('NODE_IN_USE')) last = await thaw('uninstall');
    return !last.stderr.includes('NODE_IN_USE');
  });
  t.regex(last.stderr, /NODE_RESTART_NEEDED/);
  t.is(await config(), before);
  t.is((await bed.run('cluster exec node-a ls /opt/thaw /var/lib/thaw/node.json')).exitCode, 2, 'nothing is left');
  await restartRuntime(bed, 'node-a');
  t.like(await status(), { thaw: 'absent', isInForce: false });
  await kubeletLists(bed, 'node-a', false);
}

/** What the DaemonSet's controller would make of its template: the bed has no scheduler, and no address for services. */
async function labelled(t: ExecutionContext, bed: Bed): Promise<void> {
  await pushTree(bed, 'thaw-node', ['/thaw'], async (folder) => {
    for (const name of ['host', 'tmp', 'proc', 'sys', 'dev', 'etc']) await mkdir(join(folder, name));
    await copyPrograms(folder, [executable.path, await realpath('/usr/sbin/chroot')]);
    await rename(join(folder, executable.path), join(folder, 'thaw'));
  });
  const objects = await kustomize('node');
  const others = objects.filter(({ kind }) => kind !== 'DaemonSet' && kind !== 'RuntimeClass');
  t.teardown(() =>
    bed.run('kubectl delete namespace thaw-node --wait=false; kubectl delete clusterrole,clusterrolebinding thaw-node'),
  );
  for (const object of others) await bed.sh('kubectl apply -f -', JSON.stringify(object));
  const set = objects.find(({ kind }) => kind === 'DaemonSet');
  await bed.sh('kubectl apply -f -', JSON.stringify(await podOf(bed, set as unknown as DaemonSet)));

  await copyFile(executable.path, join(nodePaths(bed.settings, 'node-b').settings, 'thaw'));
  const failed = `kubectl -n thaw-node logs thaw-node -c install`;
  const known = () => bed.sh('kubectl -n thaw-node describe pod thaw-node | tail -n 20');
  const says = async () => (await bed.run(failed)).stdout;
  await waitFor('the pod to say what it wants', 90, async () => (await says()).includes('NODE_RESTART_NEEDED'), known);
  await restartRuntime(bed, 'node-b');
  await bed.sh('kubectl -n thaw-node wait --for=condition=Ready pod/thaw-node --timeout=90s');
  const { metadata } = JSON.parse(await bed.sh('kubectl get node node-b -o json'));
  t.like(metadata.labels, {
    'dev.thaw/runtime': bed.runtime === 'crio' ? 'cri-o' : 'containerd',
    'dev.thaw/restore-runtime': 'true',
    'dev.thaw/restore-image': 'true',
    'dev.thaw/kernel': release(),
  });
  await kubeletLists(bed, 'node-b', true);
}

interface DaemonSet {
  readonly spec: { readonly template: { readonly spec: PodSpec } };
}

interface PodSpec {
  readonly initContainers: readonly BedContainer[];
  readonly containers: readonly BedContainer[];
}

interface BedContainer {
  readonly args: readonly string[];
  readonly env: readonly object[];
}

async function podOf({ settings }: Bed, { spec }: DaemonSet): Promise<object> {
  const pod = spec.template.spec;
  const env = [
    { name: 'KUBERNETES_SERVICE_HOST', value: settings.host },
    { name: 'KUBERNETES_SERVICE_PORT', value: '6443' },
  ];
  // CRI-O gives a privileged container capabilities that this machine may not have itself.
  const capabilities = { add: ['SYS_CHROOT', 'SYS_PTRACE', 'DAC_OVERRIDE', 'DAC_READ_SEARCH'] };
  const rights = (await haveSysResource()) ? {} : { securityContext: { capabilities } };
  const here = (container: BedContainer) => ({
    ...container,
    ...rights,
    image: `${NAME}/thaw-node:1`,
    env: [...container.env, ...env],
    // The bed's runtimes read one file.
    args: [...container.args, ...(container.args.includes('install') ? ['--edit-config'] : [])],
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'thaw-node', namespace: 'thaw-node' },
    spec: {
      ...pod,
      nodeName: 'node-b',
      dnsPolicy: 'Default',
      initContainers: pod.initContainers.map(here),
      containers: pod.containers.map(here),
    },
  };
}

type Thaw = (line: string) => ReturnType<Bed['run']>;

/** A pod of RuntimeClass thaw that restores nothing is one like any other; while it is there, thaw cannot go. */
async function runsOrdinaryPods(t: ExecutionContext, bed: Bed, thaw: Thaw): Promise<void> {
  await applyRuntimeClass(t, bed);
  const spec = { runtimeClassName: 'thaw' };
  await setOut(t, bed, { name: 'ordinary', containers: [{ name: 'web' }], spec });
  t.is((await bed.sh('kubectl exec ordinary -- /bin/counter --help 2>&1 || true')).length > 0, true);
  const refused = await thaw('uninstall');
  t.regex(refused.stderr, /NODE_IN_USE: .*default\/ordinary/);
  await bed.sh('kubectl delete pod ordinary --wait');
}

/** A checkpoint of the other node wakes up: pulled by the name that thaw gave the registry, restored by its runtime. */
async function restores(t: ExecutionContext, bed: Bed): Promise<void> {
  const source = await setOut(t, bed, { name: 'moved', node: 'node-b', containers: [{ name: 'web', memory: 8 }] });
  const frozen = await freeze(bed, source);
  const images = await convertAll(bed, frozen);
  const restored = await wake(t, bed, frozen, { to: 'node-a', images, method: 'runtime' });
  await isWhole(t, bed, restored);
  await bed.sh('kubectl delete pod moved-restored --wait');
}

/** The RuntimeClass of deploy/node. Here it is nobody's work to label nodes. */
async function applyRuntimeClass(t: ExecutionContext, bed: Bed): Promise<void> {
  const [document] = parseAllDocuments(await readFile(RUNTIME_CLASS, 'utf8'));
  const { scheduling: _, ...runtimeClass } = document?.toJS() ?? {};
  t.teardown(() => bed.run('kubectl delete runtimeclass thaw --ignore-not-found'));
  await bed.sh('kubectl apply -f -', JSON.stringify(runtimeClass));
}

async function kubeletLists(bed: Bed, node: string, wanted: boolean): Promise<void> {
  const handlers = () => bed.sh(`kubectl get node ${node} -o jsonpath='{.status.runtimeHandlers[*].name}'`);
  const what = `the kubelet of ${node} to ${wanted ? 'list' : 'forget'} the handler thaw`;
  await waitFor(what, 60, async () => (await handlers()).split(' ').includes('thaw') === wanted);
}

/** The node's first process starts the runtime anew when it ends; containers outlive it. */
async function restartRuntime(bed: Bed, node: string): Promise<void> {
  const pidFile = join(nodePaths(bed.settings, node).settings, 'runtime.pid');
  const before = await readFile(pidFile, 'utf8');
  await bed.sh(`cluster exec ${node} kill ${before.trim()}`);
  const answers = async () => (await bed.run(`cluster exec ${node} /node/thaw node status --json`)).exitCode === 0;
  await waitFor(`the runtime of ${node} to start anew`, 60, async () => {
    return (await readFile(pidFile, 'utf8')) !== before && (await answers());
  });
}
