/** What `thaw explain` was asked about, wherever it was read. */
export interface Question {
  /** Undefined where there is only a log, or where the pod is gone. */
  readonly pod?: unknown;
  /** What the pod is called: `shop/web-0`. */
  readonly name?: string;
  /** Those that regard the pod. */
  readonly events: readonly unknown[];
  readonly node?: unknown;
  /** CRIU's log, or the answer to a checkpoint call. */
  readonly log?: string;
  /** What could not be had, and why; sentences. */
  readonly notes: readonly string[];
}
