/** How a container fares, as a pod's status says it. */
export interface ContainerFate {
  readonly name: string;
  readonly image?: string;
  readonly state?: object;
  readonly lastState?: object;
  readonly ready?: boolean;
  readonly restartCount?: number;
}

/** A container that waits, and why. */
export function waiting(reason: string, message?: string): object {
  return { waiting: { reason, ...(message === undefined ? {} : { message }) } };
}

/** A container that never started: what the kubelet writes of one that the runtime could not restore. */
export function startError(message: string): object {
  return {
    terminated: {
      exitCode: 128,
      reason: 'StartError',
      message,
      startedAt: '1970-01-01T00:00:00Z',
      finishedAt: '2026-11-22T11:14:10Z',
    },
  };
}

/** A program that ran and ended. */
export function ended(exitCode: number, reason = exitCode === 0 ? 'Completed' : 'Error'): object {
  return { terminated: { exitCode, reason, startedAt: '2026-11-22T11:14:10Z', finishedAt: '2026-11-22T11:15:10Z' } };
}

/** A pod of node-b as an API server gives it, with the status that its kubelet wrote. */
export function failedPod(containers: readonly ContainerFate[], spec: object = {}, status: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-0-restored', namespace: 'shop', uid: '7d3f0a52-9d8e-4b43-8e6b-51b6f3a0c111' },
    spec: {
      nodeName: 'node-b',
      restartPolicy: 'Never',
      containers: containers.map(({ name, image = `checkpoint-registry.local/checkpoints:${name}` }) => ({
        name,
        image,
      })),
      ...spec,
    },
    status: {
      containerStatuses: containers.map(({ image: _, ...status }) => ({ ready: false, restartCount: 0, ...status })),
      ...status,
    },
  };
}

/** An event of that pod; of one container where it is named. */
export function podEvent(reason: string, message: string, container?: string): object {
  const fieldPath = container === undefined ? {} : { fieldPath: `spec.containers{${container}}` };
  return {
    apiVersion: 'v1',
    kind: 'Event',
    type: 'Warning',
    reason,
    message,
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web-0-restored', ...fieldPath },
  };
}

/** A ready node with this engine. */
export function nodeOf(containerRuntimeVersion: string, more: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-b' },
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      nodeInfo: { containerRuntimeVersion, architecture: 'amd64' },
      runtimeHandlers: [{ name: '' }, { name: 'runc' }],
      ...more,
    },
  };
}
