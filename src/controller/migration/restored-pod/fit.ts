import { ThawError } from '../../../errors.ts';
import type { Pod } from '../../../kube/pod.ts';
import type { RestoreCheckpoint } from './checkpoint.ts';
import { isSidecar } from './sidecars.ts';

/** What must fit together before a pod can be restored. */
export interface Fit {
  readonly source: Pod | undefined;
  readonly checkpoints: readonly RestoreCheckpoint[];
  readonly keepInitContainers: boolean;
}

/**
 * Checks that the checkpoints are of one pod, of this pod, and of each container that was running in it. Throws USAGE
 * (no checkpoint, or two of one container) and POD_INVALID.
 */
export function checkFit({ source, checkpoints, keepInitContainers }: Fit): void {
  if (checkpoints.length === 0) throw noCheckpoint();
  checkOnePod(checkpoints);
  checkOncePerContainer(checkpoints);
  if (source === undefined) return;
  for (const checkpoint of checkpoints) checkSamePod(checkpoint, source);
  checkContainers(checkpoints, source, keepInitContainers);
}

/** Whether source pod and checkpoints bear one name but are two pods, one made after the other. */
export function isOlderPod(source: Pod | undefined, checkpoints: readonly RestoreCheckpoint[]): boolean {
  const uid = source?.metadata?.uid;
  return uid !== undefined && checkpoints.some(({ pod }) => pod !== undefined && pod.uid !== uid);
}

function checkOnePod(checkpoints: readonly RestoreCheckpoint[]): void {
  const [first, ...others] = checkpoints;
  const other = others.find((checkpoint) => identity(checkpoint) !== identity(first));
  if (first === undefined || other === undefined) return;
  throw invalid(
    `the checkpoints are of two pods: ${identity(first)} (container ${first.container}) and ${identity(other)} (container ${other.container})`,
    'give the checkpoints of one pod',
    { pods: [identity(first), identity(other)] },
  );
}

function identity(checkpoint: RestoreCheckpoint | undefined): string {
  const pod = checkpoint?.pod;
  return pod === undefined ? 'no pod' : `${pod.namespace}/${pod.name} with UID ${pod.uid}`;
}

function checkOncePerContainer(checkpoints: readonly RestoreCheckpoint[]): void {
  const seen = new Set<string>();
  for (const { container } of checkpoints) {
    if (seen.has(container)) throw twice(container, checkpoints);
    seen.add(container);
  }
}

function checkSamePod({ pod, container, reference }: RestoreCheckpoint, { metadata }: Pod): void {
  const wanted = { namespace: metadata?.namespace ?? pod?.namespace, name: metadata?.name };
  if (pod !== undefined && pod.name === wanted.name && pod.namespace === wanted.namespace) return;
  const found = pod === undefined ? 'no pod' : `pod ${pod.namespace}/${pod.name}`;
  const name = `${wanted.namespace === undefined ? '' : `${wanted.namespace}/`}${wanted.name}`;
  throw invalid(
    `the checkpoint of container ${container} is of ${found}, not of pod ${name}`,
    'give the pod that was checkpointed, or the checkpoints of this one',
    { container, reference, found, wanted: name },
  );
}

function checkContainers(checkpoints: readonly RestoreCheckpoint[], { spec }: Pod, keepInitContainers: boolean): void {
  const containers = (spec?.containers ?? []).map(({ name }) => name);
  const sidecars = (spec?.initContainers ?? []).filter(isSidecar).map(({ name }) => name);
  const frozen = checkpoints.map(({ container }) => container);
  const strange = frozen.find((name) => ![...containers, ...sidecars].includes(name));
  if (strange !== undefined) throw noSuchContainer(strange, [...containers, ...sidecars]);
  const running = keepInitContainers ? containers : [...containers, ...sidecars];
  const missing = running.filter((name) => !frozen.includes(name));
  if (missing.length > 0) throw noCheckpointOf(missing, sidecars);
}

function noCheckpoint(): ThawError {
  return new ThawError('USAGE', {
    message: 'no checkpoint to restore was given',
    next: 'name one archive or reference for each container of the pod',
  });
}

function twice(container: string, checkpoints: readonly RestoreCheckpoint[]): ThawError {
  const references = checkpoints.filter((each) => each.container === container).map(({ reference }) => reference);
  return new ThawError('USAGE', {
    message: `${references.length} checkpoints of container ${container} were given: ${references.join(', ')}`,
    next: 'give one checkpoint for each container',
    facts: { container, references },
  });
}

function noSuchContainer(container: string, containers: readonly string[]): ThawError {
  return invalid(
    `the pod has no container ${container}, of which a checkpoint was given; it has ${containers.join(', ')}`,
    'give the pod as it was when it was checkpointed',
    { container, containers },
  );
}

function noCheckpointOf(missing: readonly string[], sidecars: readonly string[]): ThawError {
  const sidecar = missing.some((name) => sidecars.includes(name));
  return invalid(
    `no checkpoint was given of ${missing.map((name) => `${sidecars.includes(name) ? 'sidecar' : 'container'} ${name}`).join(', ')}, which runs in the pod too`,
    `give its checkpoint, or take it out of the pod given with --from${sidecar ? '; --init-containers keep starts sidecars anew' : ''}`,
    { missing },
  );
}

function invalid(message: string, next: string, facts: Record<string, string | readonly string[]>): ThawError {
  return new ThawError('POD_INVALID', { message, next, facts });
}
