import { fieldsOf } from '../../../kube/fields.ts';
import type { Pod } from '../../../kube/pod.ts';
import { notesOf } from './notes.ts';
import type { RestoreRequest } from './request.ts';
import { POD } from './rules/pod.ts';
import type { Decision } from './rules/row.ts';
import { settle } from './settle.ts';
import { walkFields } from './walk.ts';

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
