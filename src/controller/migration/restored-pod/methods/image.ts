import type { EngineName } from '../../../../checkpoint/metadata.ts';
import { RESTORE_ONLY, type RestartChoice } from '../../../../checkpoint/restored-container.ts';
import { ThawError } from '../../../../errors.ts';
import { baseImageVolumes } from '../base-images.ts';
import type { RestoreCheckpoint } from '../checkpoint.ts';
import type { Restore, RestoreMethod } from '../restore.ts';
import { takenNames } from '../restore-volumes.ts';

/**
 * Method `image`: the container's image is the checkpoint image, and the engine that made the archive restores it. It
 * works under that engine only, and only where its own restore is switched on.
 */
export const imageMethod: RestoreMethod = {
  name: 'image',
  containerRows: [
    {
      field: 'image',
      outcome: 'set',
      reason: 'the checkpoint image, by digest: the engine restores instead of starting it',
      value: ({ restore, within }) => restore.checkpoints.get(String(within['name']))?.reference,
    },
    {
      field: 'command',
      outcome: 'set',
      reason:
        'a program that is in no image, for containerd wants one where the base image has none: nothing can start cold',
      when: ({ restore, was, within }) => was !== undefined && isOfContainerd(restore, within['name']),
      value: () => [RESTORE_ONLY],
    },
    ...['command', 'args'].map((field) => ({
      field,
      outcome: 'dropped' as const,
      reason: 'without it an engine that does not restore fails, instead of starting the program cold',
    })),
  ],
  specRows: [
    {
      field: 'restartPolicy',
      outcome: 'set',
      reason: 'a restored container that exits cannot start again: it would fail, or restore the same memory once more',
      value: () => 'Never',
    },
  ],
  mounts: () => [],
  volumes: (restore) => baseImageVolumes([...restore.checkpoints.values()], takenNames(restore)),
  check,
  demands: (checkpoints) => [...new Set(checkpoints.map(demand))],
};

/** CRI-O passes over the pod's command when it restores, so that there it would change nothing. */
function isOfContainerd({ checkpoints }: Restore, container: unknown): boolean {
  return checkpoints.get(String(container))?.engine.name === 'containerd';
}

/** What a node must run, by the engine that made the checkpoint; undefined: no node can. */
const NODE: Readonly<Record<EngineName, string | undefined>> = {
  'cri-o':
    'CRI-O with container_level_enabled = "checkpoint_restore" under [crio.checkpoint_restore] ' +
    '(releases before August 2026: enable_criu_support = true under [crio.runtime]); ' +
    'with restore switched off the pod fails with "no command specified"',
  containerd:
    'containerd 2.1 to 2.3 with enable_experimental_restore_via_create = true under ' +
    '[plugins."io.containerd.cri.v1.runtime"] (2.4 can no longer restore)',
  podman: undefined,
};

function demand({ engine, architecture }: RestoreCheckpoint): string {
  return `the target node must be ${architecture} and run ${NODE[engine.name]}`;
}

function check(checkpoints: readonly RestoreCheckpoint[], restart: RestartChoice): void {
  if (restart !== 'fail') throw onlyByRuntime(restart);
  const unfit = checkpoints.find(({ engine }) => NODE[engine.name] === undefined);
  if (unfit !== undefined) throw noNode(unfit);
  const engines = new Set(checkpoints.map(({ engine }) => engine.name));
  if (engines.size > 1) throw severalEngines([...engines]);
}

function onlyByRuntime(restart: RestartChoice): ThawError {
  return new ThawError('USAGE', {
    message: `--restart ${restart} is for --method runtime: by method image no container starts again once it was restored`,
    next: 'add --method runtime, or leave --restart out',
    facts: { restart },
  });
}

function noNode({ container, engine, reference }: RestoreCheckpoint): ThawError {
  return new ThawError('ENGINE_UNFIT', {
    message: `the checkpoint of container ${container} was made by ${engine.name}, which no Kubernetes node runs, and no other engine restores its images`,
    // Podman does not pull a checkpoint image by itself.
    next: `restore it where Podman is: podman pull ${reference} && podman container restore ${reference}`,
    facts: { container, engine: engine.name, reference },
  });
}

function severalEngines(engines: readonly EngineName[]): ThawError {
  return new ThawError('ENGINE_UNFIT', {
    message: `the checkpoints were made by ${engines.join(' and ')}, and each engine restores only its own`,
    next: 'give the checkpoints of one pod, which one engine made',
    facts: { engines },
  });
}
