import { matchesTag } from '../tag-patterns.ts';
import { type TaggedImage, taggedImages } from './images.ts';
import type { Candidate } from './retention.ts';
import type { Survey } from './survey.ts';

/** The annotations by which a checkpoint image says what it is; their names belong to whoever writes them. */
export interface AnnotationNames {
  /** Together they say which container it is; all but the last may be missing. */
  readonly container: readonly [...optional: string[], required: string];
  /** RFC 3339: when what is in the image was made. The first that is there counts. */
  readonly made: readonly string[];
  /** Keeps the image, unless its value is `false`. */
  readonly keep: string;
}

/** A clock that is wrong by more than this is not believed: an image from the future would stay the newest for ever. */
const SKEW = 24 * 60 * 60 * 1000;

export type TaggedCandidate = Candidate & TaggedImage;

/** The tagged images of a store as the retention sees them; `keep` are patterns of tags that stay (matchesTag). */
export function candidatesOf(survey: Survey, names: AnnotationNames, keep: readonly string[] = []): TaggedCandidate[] {
  return taggedImages(survey).map((image) => ({
    ...image,
    made: madeOf(image, names, survey.began),
    container: containerOf(image, names),
    pinned: pinOf(image, names, keep),
  }));
}

/** Whether annotations say that an image stays whatever the rules say. */
export function isPinned(annotations: Readonly<Record<string, string>>, { keep }: AnnotationNames): boolean {
  return Object.hasOwn(annotations, keep) && annotations[keep] !== 'false';
}

function pinOf({ repository, tags, annotations }: TaggedImage, names: AnnotationNames, keep: readonly string[]) {
  if (isPinned(annotations, names)) return `annotation ${names.keep}`;
  const pattern = keep.find((one) => tags.some((tag) => matchesTag(one, repository, tag)));
  return pattern === undefined ? undefined : `pattern ${pattern}`;
}

function containerOf({ annotations }: TaggedImage, { container }: AnnotationNames): string | undefined {
  const required = container.at(-1) ?? '';
  if (!Object.hasOwn(annotations, required)) return undefined;
  return container.flatMap((name) => (Object.hasOwn(annotations, name) ? [annotations[name]] : [])).join('/');
}

function madeOf({ annotations, pushed }: TaggedImage, { made }: AnnotationNames, now: number): number {
  const name = made.find((one) => Object.hasOwn(annotations, one));
  const said = Date.parse((name === undefined ? undefined : annotations[name]) ?? '');
  return Number.isFinite(said) && said <= now + SKEW ? said : pushed;
}
