import * as v from 'valibot';
import { object } from '../../checkpoint/schema/shapes.ts';

/** What is remembered of a container that thaw restored on this node. */
export const RestoreRecord = object({
  format: v.literal(1),
  /** The checkpoint's fingerprint. */
  checkpoint: v.string(),
  /** `<namespace>/<name>` of the pod, for people. */
  pod: v.string(),
  container: v.string(),
  /**
   * `begun`: written before CRIU runs, and what stays when thaw or the node dies then. `restored`. `failed`: CRIU said that
   * it did not restore, so the checkpoint is not used up.
   */
  state: v.picklist(['begun', 'restored', 'failed']),
  /** RFC 3339: when that was. */
  at: v.string(),
  /** The kubelet's folder of the pod; when it is gone, so is the pod. Undefined where the bundle does not show it. */
  podFolder: v.exactOptional(v.string()),
});

export type RestoreRecord = v.InferOutput<typeof RestoreRecord>;

/** Whose record it is. */
export interface RecordKey {
  /** The pod's UID. */
  readonly uid: string;
  readonly container: string;
}
