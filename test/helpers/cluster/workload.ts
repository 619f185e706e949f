import type { BedImage } from '../../../scripts/cluster/images.ts';
import { workloadSum } from '../../../scripts/cluster/workload-sum.ts';

/** A container that runs the workload program; the name is the seed of its memory too. */
export interface Workload {
  readonly name: string;
  readonly image?: BedImage | { readonly reference: string };
  /** MiB. */
  readonly memory?: number;
  /** The program's other flags by their name, scripts/cluster/workload/options.go. */
  readonly flags?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly mounts?: Readonly<Record<string, string>>;
}

/** A pod of workloads. */
export interface PodPlan {
  readonly name: string;
  readonly node?: 'node-a' | 'node-b';
  readonly containers: readonly Workload[];
  /** More of the pod's spec. */
  readonly spec?: object;
}

/** The memory of a workload is read anew within as many numbers. */
const PART = 16;

/** The pod as JSON, which kubectl takes for YAML. */
export function manifestOf({ name, node = 'node-a', containers, spec = {} }: PodPlan): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      nodeName: node,
      restartPolicy: 'Never',
      // The bed has no cluster DNS.
      dnsPolicy: 'Default',
      terminationGracePeriodSeconds: 0,
      containers: containers.map(containerOf),
      ...spec,
    },
  });
}

function containerOf({ name, image = 'counter:1', memory = 1, flags = {}, command, mounts = {} }: Workload): object {
  const variables = { NAME: name, SEED: name, MEMORY: `${memory}`, ...flags };
  return {
    name,
    image: typeof image === 'string' ? `checkpoint-registry.local/${image}` : image.reference,
    ...(command === undefined ? {} : { command }),
    env: Object.entries(variables).map(([flag, value]) => ({ name: `COUNTER_${flag.toUpperCase()}`, value })),
    volumeMounts: Object.entries(mounts).map(([mountPath, volume]) => ({ name: volume, mountPath })),
  };
}

/** The sum that the program prints as long as its memory is what it was filled with. */
export function sumOf({ name, memory = 1 }: Workload): string {
  return workloadSum(memory, name);
}

/** Within how many numbers the program has read all of its memory anew. */
export function roundOf({ memory = 1 }: Workload): number {
  return Math.ceil(memory / PART);
}
