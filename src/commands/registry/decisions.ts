import type { TaggedCandidate } from '../../registry/storage/gc/candidates.ts';
import { bytesOf } from '../../registry/storage/gc/images.ts';
import type { Retention, Why } from '../../registry/storage/gc/retention.ts';
import { humanBytes } from '../human.ts';

/** Why an image goes, for a person. */
const REASONS: Partial<Record<Why, string>> = {
  count: 'newer ones of its container fill --keep-last',
  age: 'it is older than --max-age',
  size: 'all together are larger than --max-size, and it is the oldest that may go',
};

/** A line for each image that goes, and why. */
export function decisionLines({ decisions }: Retention<TaggedCandidate>, dryRun: boolean): string[] {
  return decisions
    .filter(({ keep }) => !keep)
    .map(({ image, why }) => {
      const { repository, tags, container = 'unknown container' } = image;
      const what = `${repository}:${tags.join(', ')} (${container}, ${humanBytes(bytesOf(image))})`;
      return `${dryRun ? 'would remove' : 'removed'} ${what}: ${REASONS[why] ?? why}`;
    });
}

/** Why the images are still larger than --max-size, where they are. */
export function shortfall({ over, bytes, decisions }: Retention<TaggedCandidate>): string[] {
  if (over === 0) return [];
  const kept = (why: Why) => decisions.filter((decision) => decision.why === why).length;
  const what = `${kept('newest')} newest of their containers, ${kept('pinned')} kept by a person, ${kept('unknown')} of no known container`;
  return [`the images that must stay take ${humanBytes(bytes)}, ${humanBytes(over)} more than --max-size: ${what}`];
}
