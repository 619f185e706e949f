import type { FailureContext } from './context.ts';

/** Something that a runtime, CRIU, the kubelet or a registry says when a checkpoint or a restore fails. */
export interface Failure {
  /** Stable, in lower case with hyphens. */
  readonly id: string;
  /**
   * `cause`: the text names what is wrong. `possibility`: one of several readings of it. `symptom`: the text only says
   * that it failed, and is shown when nothing better was found. `advice`: did not break this one, but will another time.
   */
  readonly weight: Weight;
  /** What the text looks like; none for what only the checks find. Named groups are the facts that title and cure show. */
  readonly patterns: readonly RegExp[];
  /** What was really said, or what the source would say. Names and numbers in it are those of somewhere. */
  readonly examples: readonly string[];
  /** Whether it can be this, by what else is known; left out: the text is enough. */
  readonly when?: (context: FailureContext) => boolean;
  /** The cause in words, a sentence without a full stop. `{{fact}}` or `{{fact|words where it is not known}}`. */
  readonly title: string;
  /** What to change, a sentence without a full stop that begins in lower case; placeholders as in the title. */
  readonly cure: string;
  readonly seen: readonly Sighting[];
}

export type Weight = 'cause' | 'possibility' | 'symptom' | 'advice';

/** Where a text was seen: with this program when it ran, or, where `source` names the file, only in its source. */
export interface Sighting {
  readonly program: string;
  readonly version: string;
  readonly source?: string;
}

/** One text, and where it comes from. */
export interface FailureText {
  /** `log`: CRIU's. `answer`: of the checkpoint call. `status`: of a container. `event`: of the pod. */
  readonly origin: 'log' | 'answer' | 'status' | 'event';
  /** The short word beside it: `CreateContainerError`, `Failed`. */
  readonly reason?: string;
  readonly text: string;
}

/** A failure that was recognised, its words filled in. */
export interface Explanation {
  readonly id: string;
  readonly weight: Weight;
  readonly title: string;
  readonly cure: string;
  readonly seen: readonly Sighting[];
  /** What was said, as it was said: hostile until escaped. Left out: a check found it. */
  readonly quote?: FailureText;
  readonly facts: Readonly<Record<string, string>>;
}
