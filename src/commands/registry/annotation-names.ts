import { OCI, THAW } from '../../checkpoint/annotations.ts';
import type { AnnotationNames } from '../../registry/storage/gc/candidates.ts';

/** What the retention reads of a checkpoint image. */
export const CHECKPOINT_NAMES: AnnotationNames = {
  container: [THAW['pod.namespace'], THAW['pod.name'], THAW['container.name']],
  made: [THAW.checkpointed, OCI.created],
  keep: THAW.keep,
};
