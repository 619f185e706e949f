import { fieldsOf } from '../../../kube/fields.ts';
import type { Pod } from '../../../kube/pod.ts';
import type { RestoreCheckpoint } from './checkpoint.ts';
import type { MethodName } from './methods/methods.ts';
import { notesOf } from './notes.ts';
import { POD } from './rules/pod.ts';
import type { Decision } from './rules/row.ts';
import { settle } from './settle.ts';
import type { VolumeAnswer } from './volume-answer.ts';
import { walkFields } from './walk.ts';

/** What a restored pod is made of. */
export interface RestoreRequest {
  /** The pod that was checkpointed; without it the restored pod has only what the archives tell. */
  readonly source?: Pod;
  /** One checkpoint for each container that was running. */
  readonly checkpoints: readonly RestoreCheckpoint[];
  readonly method: MethodName;
  /** Without it the scheduler finds a node. */
  readonly targetNode?: string;
  /** `<pod>-restored` unless given. */
  readonly name?: string;
  readonly now: Date;
  /** What a person said about the volumes behind required mounts. */
  readonly volumes?: readonly VolumeAnswer[];
  /** Keeps the labels of a pod that has a controlling owner. */
  readonly keepLabels?: boolean;
  /** Lets the init containers run again. */
  readonly keepInitContainers?: boolean;
  /** Name of the object that the checkpoints belong to; the references of the images unless given. */
  readonly checkpointSource?: string;
}

/** The restored pod, and how it came about. */
export interface RestoredPod {
  readonly pod: Pod;
  /** Each field kept, dropped or set, with its reason, in the pod's order. */
  readonly decisions: readonly Decision[];
  /** Sentences without a full stop that a person should read before applying the pod. */
  readonly notes: readonly string[];
}

/**
 * The pod that wakes a source pod's containers from their checkpoints: a pure function of its request, the same for
 * `thaw pod` and the controller. Which field is kept, dropped or set, and why, is the table in rules/.
 * Throws POD_INVALID, MOUNT_UNKNOWN, ENGINE_UNFIT, USAGE.
 */
export function restoredPod(request: RestoreRequest): RestoredPod {
  const restore = settle(request);
  const { value, decisions, notes } = walkFields(POD, fieldsOf(restore.source), { restore, path: (key) => key });
  return { pod: value as Pod, decisions, notes: [...notesOf(restore, request.source), ...notes] };
}
