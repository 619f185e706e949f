import { fieldsOf, itemsOf } from '../../../kube/fields.ts';
import type { Pod, Volume } from '../../../kube/pod.ts';
import type { RestoreCheckpoint } from './checkpoint.ts';
import { freeNames } from './free-names.ts';
import type { Added } from './restore.ts';

/**
 * One image volume, mounted nowhere, for each base image: the kubelet pulls it, with the pod's pull secrets, before it
 * creates the containers. CRI-O looks the base image up and never pulls it; containerd pulls it only anonymously.
 * Base images whose digest is not known have none.
 */
export function baseImageVolumes(
  checkpoints: readonly RestoreCheckpoint[],
  taken: ReadonlySet<string>,
): readonly Added<Volume>[] {
  const images = new Set(checkpoints.flatMap(({ baseImage }) => baseImage.repoDigest ?? []));
  const names = freeNames('thaw-base', taken);
  return [...images].map((reference) => ({
    item: { name: names.next().value, image: { reference, pullPolicy: 'IfNotPresent' } },
    reason: `mounted nowhere: the kubelet pulls the base image of ${containersOf(reference, checkpoints)} for it, before the restore needs it`,
  }));
}

function containersOf(reference: string, checkpoints: readonly RestoreCheckpoint[]): string {
  const names = checkpoints
    .filter(({ baseImage }) => baseImage.repoDigest === reference)
    .map(({ container }) => container);
  return names.join(', ');
}

/**
 * The checkpoints with the exact base image of each, as far as it is known: where the archive does not tell it, the
 * status of the very pod that was checkpointed does.
 */
export function withBaseImages(
  checkpoints: readonly RestoreCheckpoint[],
  source: Pod | undefined,
): RestoreCheckpoint[] {
  const { containerStatuses, initContainerStatuses } = fieldsOf(source?.status);
  const statuses = [...itemsOf(containerStatuses), ...itemsOf(initContainerStatuses)].map(fieldsOf);
  return checkpoints.map((checkpoint) => {
    if (checkpoint.baseImage.repoDigest !== undefined) return checkpoint;
    if (checkpoint.pod?.uid !== source?.metadata?.uid) return checkpoint;
    const repoDigest = repoDigestOf(statuses.find(({ name }) => name === checkpoint.container)?.['imageID']);
    return repoDigest === undefined
      ? checkpoint
      : { ...checkpoint, baseImage: { ...checkpoint.baseImage, repoDigest } };
  });
}

/** A note for each base image that the restored pod cannot bring along. */
export function unknownBaseImages(checkpoints: readonly RestoreCheckpoint[]): string[] {
  return checkpoints
    .filter(({ baseImage }) => baseImage.repoDigest === undefined)
    .map(
      ({ container, baseImage }) =>
        `nothing tells the digest of ${baseImage.name}, the base image of container ${container}: ` +
        'pull the very same image onto the target node before the pod is applied',
    );
}

function repoDigestOf(imageId: unknown): string | undefined {
  const reference = String(imageId).replace(/^docker-pullable:\/\//, '');
  return /^[^@]+@sha256:[0-9a-f]{64}$/.test(reference) ? reference : undefined;
}
