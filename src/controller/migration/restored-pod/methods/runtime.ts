import {
  CHECKPOINT_PATH,
  RESTORE_ONLY,
  type RestartChoice,
  RUNTIME_CLASS,
} from '../../../../checkpoint/restored-container.ts';
import { ThawError } from '../../../../errors.ts';
import type { Volume, VolumeMount } from '../../../../kube/pod.ts';
import type { RestoreCheckpoint } from '../checkpoint.ts';
import { freeNames } from '../free-names.ts';
import type { Added, Restore, RestoreMethod } from '../restore.ts';
import { takenNames } from '../restore-volumes.ts';
import type { At, Row } from '../rules/row.ts';
import { hasOwnVariables, restartVariables } from './restart-variables.ts';

const mayStartAgain = ({ restore }: At): boolean => restore.restart !== 'fail';
const checkpointOf = ({ restore, within }: At): RestoreCheckpoint | undefined =>
  restore.checkpoints.get(String(within['name']));

const CONTAINER_ROWS: readonly Row[] = [
  {
    field: 'image',
    outcome: 'set',
    reason: 'the base image, by digest: the runtime thaw puts the process into it',
    value: (at) => checkpointOf(at)?.baseImage.repoDigest,
  },
  {
    field: 'command',
    outcome: 'set',
    reason:
      'a program that is in no image: where another runtime gets the container, it fails instead of starting cold',
    value: () => [RESTORE_ONLY],
  },
  { field: 'args', outcome: 'dropped', reason: 'the process was started with them long ago' },
  {
    field: 'env',
    outcome: 'set',
    reason: 'it tells the runtime thaw what becomes of the container when it starts once more, and with which program',
    when: (at) => mayStartAgain(at) || hasOwnVariables(at.was),
    value: ({ restore, was, within }) => restartVariables(restore.restart, was, within),
  },
  {
    field: 'startupProbe',
    outcome: 'kept',
    reason: 'the restored program answers it at once, and one that starts cold needs its time',
    when: ({ restore }) => restore.restart === 'cold',
  },
];

const SPEC_ROWS: readonly Row[] = [
  {
    field: 'restartPolicy',
    outcome: 'kept',
    reason: 'a container that ends starts again, as the source pod wants it',
    when: mayStartAgain,
  },
  {
    field: 'restartPolicy',
    outcome: 'set',
    reason: 'a restored container does not start a second time unless --restart says how',
    value: () => 'Never',
  },
  {
    field: 'runtimeClassName',
    outcome: 'set',
    reason: 'the runtime that restores',
    value: () => RUNTIME_CLASS,
    note: ({ was }) =>
      was === RUNTIME_CLASS ? undefined : `the RuntimeClass ${String(was)} is replaced: thaw restores with runc only`,
  },
];

/**
 * Method `runtime`: the container's image is the base image, the checkpoint image a volume, and thaw's own runtime on the
 * node restores it, whichever engine runs there and whichever made the archive.
 */
export const runtimeMethod: RestoreMethod = {
  name: 'runtime',
  containerRows: CONTAINER_ROWS,
  specRows: SPEC_ROWS,
  mounts: (restore, container) => [
    {
      item: { name: volumeNames(restore).get(container) ?? '', mountPath: CHECKPOINT_PATH } satisfies VolumeMount,
      reason: 'where the runtime thaw finds the checkpoint; the process does not see it',
    },
  ],
  volumes: checkpointVolumes,
  check: checkBaseImages,
  demands: (checkpoints) => [
    ...new Set(
      checkpoints.map(
        ({ architecture }) =>
          `the target node must be ${architecture} and have the runtime thaw (thaw node install), and the cluster the RuntimeClass ${RUNTIME_CLASS}`,
      ),
    ),
    'the checkpoint images come as image volumes, which clusters have on from Kubernetes 1.35 (before: feature gate ImageVolume)',
  ],
};

function checkpointVolumes(restore: Restore): readonly Added<Volume>[] {
  const names = volumeNames(restore);
  return [...restore.checkpoints.values()].map(({ container, reference }) => ({
    item: { name: names.get(container) ?? '', image: { reference, pullPolicy: 'IfNotPresent' } },
    reason: `the checkpoint of container ${container}, by digest: the kubelet pulls it, and the runtime thaw restores from it`,
  }));
}

function volumeNames(restore: Restore): ReadonlyMap<string, string> {
  const names = freeNames('thaw-checkpoint', takenNames(restore));
  return new Map([...restore.checkpoints.keys()].map((container) => [container, names.next().value]));
}

function checkBaseImages(checkpoints: readonly RestoreCheckpoint[], _restart: RestartChoice): void {
  const unknown = checkpoints.find(({ baseImage }) => baseImage.repoDigest === undefined);
  if (unknown === undefined) return;
  const { container, baseImage } = unknown;
  throw new ThawError('BASE_IMAGE_UNKNOWN', {
    message: `nothing tells the digest of ${baseImage.name}, the base image of container ${container}, which the restored pod must name`,
    next: 'give the pod that was checkpointed with --from: its status tells it',
    facts: { container, image: baseImage.name },
  });
}
