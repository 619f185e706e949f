import type { Fields } from '../../../../kube/fields.ts';
import type { Restore } from '../restore.ts';

/** What becomes of a field of the source pod. */
export type Outcome = 'kept' | 'dropped' | 'set';

/** One field's fate in one restored pod, and why. */
export interface Decision {
  /** Where: `spec.containers[web].image`. */
  readonly field: string;
  readonly outcome: Outcome;
  readonly reason: string;
}

/** One place of the source pod, as a row sees it. */
export interface At {
  readonly restore: Restore;
  /** The field's name, an annotation's key, a volume's name. */
  readonly key: string;
  /** `spec.containers[web].image` */
  readonly path: string;
  /** What stands there; undefined where nothing does. */
  readonly was: unknown;
  /** The object that the field belongs to: the container of an image. */
  readonly within: Fields;
}

/** What a part of the source pod became. */
export interface Walked<T = unknown> {
  readonly value: T | undefined;
  readonly decisions: readonly Decision[];
  /** Sentences that a person should read before applying the pod. */
  readonly notes: readonly string[];
}

/** One line of the table. Of the rows that fit a place, the first decides. */
export interface Row {
  /** A field's name, `*` for every one, or a beginning with `*` behind it. */
  readonly field: string;
  readonly outcome: Outcome;
  readonly reason: string;
  /** When the row fits; without it, always. */
  readonly when?: (at: At) => boolean;
  /** For `set`: what the field becomes; undefined leaves it out. */
  readonly value?: (at: At) => unknown;
  /** For `kept`: the table of what stands inside. */
  readonly inside?: (at: At) => Walked;
  /** What a person should know when this row decides over something. */
  readonly note?: (at: At) => string | undefined;
}
