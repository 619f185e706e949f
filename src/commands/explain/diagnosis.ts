import type { NodeContext } from '../../checkpoint/failures/context.ts';
import type { Explanation, FailureText } from '../../checkpoint/failures/failure.ts';

/** What `thaw explain` found out. */
export interface Diagnosis {
  /** `<namespace>/<name>`; undefined where only a log was given. */
  readonly pod?: string;
  readonly node?: NodeContext;
  /** `healthy`: nothing to explain. `starting`: nothing has failed yet. `gone`: the pod was deleted. */
  readonly verdict: 'healthy' | 'starting' | 'failed' | 'gone';
  readonly parts: readonly Part[];
  readonly notes: readonly string[];
}

/** One thing that can fail: a container, the pod as a whole, what a log tells. */
export interface Part {
  /** `container web`, `pod`, `log`. */
  readonly what: string;
  /** How it fares, in words: `waiting: CreateContainerError`. */
  readonly state: string;
  readonly well: boolean;
  /** The container's name, where its program ran and ended by itself: only its own log says why. */
  readonly ended?: string;
  /** Most probable first. */
  readonly explanations: readonly Explanation[];
  /** What was said, where nothing of it is known. */
  readonly unexplained: readonly FailureText[];
}
