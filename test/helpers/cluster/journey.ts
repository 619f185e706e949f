import { basename, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { parse } from 'yaml';
import { nodePaths } from '../../../scripts/cluster/state.ts';
import { waitFor } from '../../../scripts/cluster/wait.ts';
import { discontinuities, type Life, lastNumber } from '../continuity.ts';
import type { Bed } from './bed.ts';
import { countTo, logOf } from './logs.ts';
import { manifestOf, type PodPlan, roundOf, sumOf, type Workload } from './workload.ts';

/** A pod of workloads under way, and what its containers wrote in the pods before it. */
export interface Journey {
  readonly pod: string;
  readonly node: string;
  readonly containers: readonly Workload[];
  readonly past: Readonly<Record<string, readonly Life[]>>;
}

/** The containers' checkpoints by the container's name: archives on this host, then references. */
export type Checkpoints = Readonly<Record<string, string>>;

/** A journey whose pod has been checkpointed; the pod still runs. */
export interface Frozen {
  readonly journey: Journey;
  readonly archives: Checkpoints;
  /** The lives of each container, up to its checkpoint. */
  readonly lives: Readonly<Record<string, readonly Life[]>>;
}

/** Starts a pod and waits until it is Ready. */
export async function setOut(t: Pick<ExecutionContext, 'teardown'>, bed: Bed, plan: PodPlan): Promise<Journey> {
  await apply(t, bed, plan.name, manifestOf(plan));
  await ready(bed, plan.name);
  return { pod: plan.name, node: plan.node ?? 'node-a', containers: plan.containers, past: {} };
}

/** Checkpoints one container after the other, each when it has counted a little. */
export async function freeze(bed: Bed, journey: Journey): Promise<Frozen> {
  const archives: Record<string, string> = {};
  const lives: Record<string, readonly Life[]> = {};
  for (const container of journey.containers) {
    const { name } = container;
    const seen = lastNumber(await countTo(bed, journey.pod, name, beforeOf(journey, container) + 3));
    archives[name] = await checkpoint(bed, journey, name);
    lives[name] = [...(journey.past[name] ?? []), { log: await logOf(bed, journey.pod, name), seen }];
  }
  return { journey, archives, lives };
}

/** Has the kubelet write a checkpoint archive, and gives its path on this host. */
export async function checkpoint(bed: Bed, { node, pod }: Journey, container: string): Promise<string> {
  const url = `/api/v1/nodes/${node}/proxy/checkpoint/default/${pod}/${container}`;
  const { items } = JSON.parse(await bed.sh(`kubectl create --raw ${url} -f /dev/null`)) as { items: string[] };
  return join(nodePaths(bed.settings, node).kubelet, 'checkpoints', basename(items[0] ?? ''));
}

/** Makes a checkpoint image of each archive in the bed's registry, and gives the references. */
export async function convertAll(bed: Bed, { archives }: Frozen, options = ''): Promise<Checkpoints> {
  const line = `thaw convert ${Object.values(archives).join(' ')} --to $REGISTRY/checkpoints --plain-http ${options}`;
  const references = (await bed.sh(line)).trim().split('\n');
  return Object.fromEntries(Object.keys(archives).map((name, at) => [name, references[at] ?? '']));
}

/** How checkpoints come back to life: as `thaw pod` takes it. */
export type Method = 'image' | 'runtime';

/** How a frozen pod comes back. */
export interface Awakening {
  readonly to: 'node-a' | 'node-b';
  readonly images: Checkpoints;
  /** The restored pod's name. */
  readonly name?: string;
  readonly method?: Method;
  /** What a person changes in the manifest before applying it. */
  readonly edit?: (pod: RestoredManifest) => void;
}

/** What `thaw pod` printed. */
export interface RestoredManifest {
  readonly spec: {
    readonly containers: { name: string; image: string; volumeMounts?: object[] }[];
    volumes: { name: string; [kind: string]: unknown }[];
    imagePullSecrets?: object[];
  };
}

/** Restores a frozen pod on a node, ends the old one, and waits until the new one is Ready. */
export async function wake(t: ExecutionContext, bed: Bed, frozen: Frozen, how: Awakening): Promise<Journey> {
  const { journey, lives } = frozen;
  const pod = await applyRestored(t, bed, frozen, how);
  await bed.sh(`kubectl delete pod ${journey.pod} --wait=false`);
  await ready(bed, pod);
  return { pod, node: how.to, containers: journey.containers, past: lives };
}

/** Asks for the restored pod and does not wait; gives its name. */
export async function applyRestored(
  t: ExecutionContext,
  bed: Bed,
  { journey }: Frozen,
  { to, images, name = `${journey.pod}-restored`, method = 'image', edit }: Awakening,
): Promise<string> {
  const how = method === 'image' ? '' : ` --method ${method}`;
  const options = `--from - --node ${to} --name ${name}${how} --plain-http --pull-from checkpoint-registry.local/checkpoints`;
  t.teardown(() => bed.run(`kubectl delete pod ${name} --wait=false --ignore-not-found`));
  const print = `kubectl get pod ${journey.pod} -o yaml | thaw pod ${Object.values(images).join(' ')} ${options}`;
  if (edit === undefined) {
    await bed.sh(`${print} | kubectl apply -f -`);
  } else {
    const pod = parse(await bed.sh(print));
    edit(pod);
    await bed.sh('kubectl apply -f -', JSON.stringify(pod));
  }
  return name;
}

/** Lets every container count on, and shows by what it wrote that it is the process that set out. */
export async function isWhole(t: ExecutionContext, bed: Bed, journey: Journey): Promise<void> {
  for (const container of journey.containers) {
    // So long it takes to read all of its memory anew.
    const number = beforeOf(journey, container) + 3 + roundOf(container);
    const log = await countTo(bed, journey.pod, container.name, number);
    const lives = [...(journey.past[container.name] ?? []), { log, seen: 0 }];
    t.deepEqual(discontinuities(lives, { sum: sumOf(container) }), [], `${journey.pod}/${container.name}`);
  }
}

/** The last number that a container wrote in the pods before this one. */
function beforeOf({ past }: Journey, { name }: Workload): number {
  return Math.max(0, ...(past[name] ?? []).map(({ log }) => lastNumber(log)));
}

/** Applies a manifest; the pod is gone when the test ends. */
async function apply(t: Pick<ExecutionContext, 'teardown'>, bed: Bed, pod: string, manifest: string): Promise<void> {
  t.teardown(() => bed.run(`kubectl delete pod ${pod} --wait=false --ignore-not-found`));
  await bed.sh('kubectl apply -f -', manifest);
}

/** Waits until a pod is Ready. Throws Error with what is known of it when it has failed, or takes too long. */
export async function ready(bed: Bed, pod: string): Promise<void> {
  const state = `{.status.phase} {.status.conditions[?(@.type=="Ready")].status}`;
  const decided = async () => /True|Failed/.test(await bed.sh(`kubectl get pod ${pod} -o jsonpath='${state}'`));
  await waitFor(`${pod} to be Ready`, 60, decided, () => knownOf(bed, pod));
  const { exitCode } = await bed.run(`kubectl wait --for=condition=Ready pod/${pod} --timeout=1s`);
  if (exitCode !== 0) throw new Error(`${pod} has failed\n${await knownOf(bed, pod)}`);
}

async function knownOf(bed: Bed, pod: string): Promise<string> {
  const said = await Promise.all([
    bed.run(`thaw explain ${pod} --registry $REGISTRY --plain-http`),
    bed.run(`kubectl get events --field-selector involvedObject.name=${pod}`),
    bed.run(`kubectl logs ${pod} --all-containers --prefix --tail=5`),
    // Where containerd restores, the last log of CRIU.
    bed.run('cluster exec node-b tail -n 30 /node/criu/restore.log'),
  ]);
  return said.map(({ stdout, stderr }) => `${stdout}\n${stderr}`).join('\n');
}
