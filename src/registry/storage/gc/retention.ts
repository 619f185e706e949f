import type { Digest } from '../../../oci/digest.ts';

/** An image as the retention sees it. */
export interface Candidate {
  readonly repository: string;
  readonly digest: Digest;
  readonly tags: readonly string[];
  /** Milliseconds since 1970: when what is in the image was made. */
  readonly made: number;
  /** Which container it is a checkpoint of; undefined where nothing tells: such images are never removed. */
  readonly container: string | undefined;
  /** Why it must stay, whatever the rules say. */
  readonly pinned: string | undefined;
  /** Its blobs with their bytes; images share blobs. */
  readonly blobs: ReadonlyMap<Digest, number>;
}

/** Which images go; a rule that is left out removes nothing. */
export interface RetentionRules {
  /** Images of one container that stay, the newest; at least 1. */
  readonly keepLast?: number | undefined;
  /** Milliseconds. */
  readonly maxAge?: number | undefined;
  /** Bytes of all images together, each blob counted once. */
  readonly maxSize?: number | undefined;
}

/** What is decided of one image, and why. */
export interface Decision<Image extends Candidate = Candidate> {
  readonly image: Image;
  readonly keep: boolean;
  readonly why: Why;
}

export type Why =
  /** Stays: no rule says otherwise. */
  | 'within'
  /** Stays: by its annotation or a pattern. */
  | 'pinned'
  /** Stays: the newest of its container. */
  | 'newest'
  /** Stays: it is no checkpoint of a container that is known. */
  | 'unknown'
  /** Goes: newer ones of its container fill the count. */
  | 'count'
  /** Goes: it is older than allowed. */
  | 'age'
  /** Goes: the oldest, while all together are larger than allowed. */
  | 'size';

export interface Retention<Image extends Candidate = Candidate> {
  /** One for each image, in the order of the images. */
  readonly decisions: readonly Decision<Image>[];
  /** Bytes of the images that stay, each blob counted once. */
  readonly bytes: number;
  /** Bytes by which they are still larger than allowed, because the rest must stay; 0 where they are not. */
  readonly over: number;
}

/**
 * Decides which images go: a pure function. The newest image of each container stays, and so do pinned ones and those of
 * no known container, whatever the rules say; of the rest, those beyond the count go, then those beyond the age, then
 * the oldest until what stays is small enough.
 */
export function retain<Image extends Candidate>(
  images: readonly Image[],
  rules: RetentionRules,
  now: number,
): Retention<Image> {
  const ranks = ranksOf(images);
  const why = new Map<Image, Why>(images.map((image) => [image, judge(image, ranks.get(image) ?? 0, rules, now)]));
  const kept = new BlobCount(images.filter((image) => !GOING.has(why.get(image) ?? 'within')));
  const { maxSize = Number.POSITIVE_INFINITY } = rules;
  for (const image of images.toSorted(newestFirst).toReversed()) {
    if (kept.bytes <= maxSize) break;
    if (why.get(image) !== 'within') continue;
    why.set(image, 'size');
    kept.remove(image);
  }
  const decisions = images.map((image) => {
    const reason = why.get(image) ?? 'within';
    return { image, keep: !GOING.has(reason), why: reason };
  });
  return { decisions, bytes: kept.bytes, over: Math.max(0, kept.bytes - maxSize) };
}

const GOING: ReadonlySet<Why> = new Set(['count', 'age', 'size']);

function judge({ pinned, container, made }: Candidate, rank: number, rules: RetentionRules, now: number): Why {
  if (pinned !== undefined) return 'pinned';
  if (container === undefined) return 'unknown';
  if (rank === 0) return 'newest';
  if (rules.keepLast !== undefined && rank >= rules.keepLast) return 'count';
  return rules.maxAge !== undefined && now - made > rules.maxAge ? 'age' : 'within';
}

/** For each image how many newer ones its container has in the same repository. */
function ranksOf<Image extends Candidate>(images: readonly Image[]): Map<Image, number> {
  const ranks = new Map<Image, number>();
  const groups = Map.groupBy(images, ({ repository, container }) => JSON.stringify([repository, container ?? null]));
  for (const group of groups.values()) {
    for (const [rank, image] of group.toSorted(newestFirst).entries()) ranks.set(image, rank);
  }
  return ranks;
}

/** The digest decides between two of the same moment, so that the same store is always judged the same. */
function newestFirst(a: Candidate, b: Candidate): number {
  if (a.made !== b.made) return b.made - a.made;
  return a.digest < b.digest ? -1 : 1;
}

/** The bytes of some images together, each blob counted once, while images are removed from them. */
class BlobCount {
  bytes = 0;
  readonly #uses = new Map<Digest, number>();

  constructor(images: readonly Candidate[]) {
    for (const { blobs } of images) {
      for (const [digest, size] of blobs) {
        const uses = this.#uses.get(digest) ?? 0;
        if (uses === 0) this.bytes += size;
        this.#uses.set(digest, uses + 1);
      }
    }
  }

  remove({ blobs }: Candidate): void {
    for (const [digest, size] of blobs) {
      const uses = (this.#uses.get(digest) ?? 0) - 1;
      this.#uses.set(digest, uses);
      if (uses === 0) this.bytes -= size;
    }
  }
}
