import { ThawError } from '../../../errors.ts';
import type { Pod } from '../../../kube/pod.ts';
import { withBaseImages } from './base-images.ts';
import type { RestoreCheckpoint } from './checkpoint.ts';
import { checkFit } from './fit.ts';
import { METHODS } from './methods/methods.ts';
import { planMounts } from './mounts.ts';
import { checkName, restoredName } from './name.ts';
import type { RestoreRequest } from './request.ts';
import type { MigrationAnnotations, Restore, RestoreMethod } from './restore.ts';

/**
 * Checks a request and settles everything that the table's rows look at. Throws POD_INVALID, MOUNT_UNKNOWN,
 * ENGINE_UNFIT, BASE_IMAGE_UNKNOWN, USAGE.
 */
export function settle(request: RestoreRequest): Restore {
  const { source: given, targetNode, volumes: answers = [], keepLabels = false, keepInitContainers = false } = request;
  const { restart = 'fail' } = request;
  const method: RestoreMethod = METHODS[request.method];
  const checkpoints = withBaseImages(request.checkpoints, given);
  checkFit({ source: given, checkpoints, keepInitContainers });
  method.check(checkpoints, restart);
  if (targetNode !== undefined) checkName(targetNode, '--node');

  const source = given ?? barePod(checkpoints);
  const name = nameFor(source, request.name);
  return {
    source,
    name,
    ...(targetNode === undefined ? {} : { targetNode }),
    checkpoints: new Map(checkpoints.map((checkpoint) => [checkpoint.container, checkpoint])),
    method,
    restart,
    annotations: annotationsFor(request, source.metadata?.name ?? name),
    mounts: planMounts({ source, known: given !== undefined, checkpoints, answers }),
    keepLabels,
    keepInitContainers,
  };
}

/** A pod with no more than the archives tell: its name, and the containers that have a checkpoint. */
function barePod(checkpoints: readonly RestoreCheckpoint[]): Pod {
  const pod = checkpoints[0]?.pod;
  return {
    metadata: pod === undefined ? {} : { name: pod.name, namespace: pod.namespace },
    spec: { containers: checkpoints.map(({ container }) => ({ name: container })) },
  };
}

function nameFor({ metadata }: Pod, asked: string | undefined): string {
  if (asked !== undefined) {
    checkName(asked, '--name');
    return asked;
  }
  if (metadata?.name === undefined) throw nameless();
  return restoredName(metadata.name);
}

function annotationsFor(request: RestoreRequest, sourceName: string): MigrationAnnotations {
  const { targetNode, checkpoints, checkpointSource, now } = request;
  return {
    'migration.source-pod': sourceName,
    ...(targetNode === undefined ? {} : { 'migration.target-node': targetNode }),
    'migration.checkpoint-source': checkpointSource ?? checkpoints.map(({ reference }) => reference).join(','),
    'migration.timestamp': `${now.toISOString().slice(0, 19)}Z`,
  };
}

function nameless(): ThawError {
  return new ThawError('USAGE', {
    message: 'the restored pod has no name: the checkpoint is of a container that was in no pod',
    next: 'give one with --name',
  });
}
