import type { Pod } from '../../../kube/pod.ts';
import { unknownBaseImages } from './base-images.ts';
import { isOlderPod } from './fit.ts';
import type { Restore } from './restore.ts';

/** What a person should know about a restore as a whole: sentences without a full stop. */
export function notesOf(restore: Restore, known: Pod | undefined): string[] {
  const checkpoints = [...restore.checkpoints.values()];
  const base =
    restore.method.name === 'image' && checkpoints.some(({ baseImage }) => baseImage.repoDigest !== undefined);
  return [
    ...restore.method.demands(checkpoints),
    ...(restore.targetNode === undefined
      ? ['no target node is named (--node): the scheduler may choose another one']
      : []),
    ...(base ? [IMAGE_VOLUMES] : []),
    ...unknownBaseImages(checkpoints),
    ...(isOlderPod(known, checkpoints) ? [olderPod(restore)] : []),
    ...(known === undefined ? [BARE] : []),
    `pod ${nameOf(restore)} goes on running until it is deleted: from the restore on they are two, and part ways`,
  ];
}

const IMAGE_VOLUMES =
  'the base images come as image volumes, which clusters have on from Kubernetes 1.35 (before: feature gate ImageVolume)';

const BARE =
  'the archives tell neither ports, environment, resources, probes, service account nor labels, and not whether the pod had more containers: --from gives them';

function olderPod(restore: Restore): string {
  return `the checkpoints are of an earlier pod of the name ${nameOf(restore)}: it was made anew since, perhaps from another template`;
}

function nameOf({ source }: Restore): string {
  const { namespace, name } = source.metadata ?? {};
  return namespace === undefined ? String(name) : `${namespace}/${name}`;
}
