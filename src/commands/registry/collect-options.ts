import type { Command } from 'commander';
import type { CollectOptions } from '../../registry/storage/gc/collect.ts';
import { collectTexts, parseCount, parseDuration, parseSize } from '../quantity.ts';
import { CHECKPOINT_NAMES } from './annotation-names.ts';

/** What decides what a garbage collection removes. */
export interface RuleOptions {
  readonly keepLast?: number;
  readonly maxAge?: number;
  readonly maxSize?: number;
  readonly keep?: string[];
  readonly keepUntagged?: boolean;
  readonly grace: number;
}

/** Adds those options. */
export function addRuleOptions(command: Command): Command {
  return command
    .option('--keep-last <count>', 'of each container keep the newest images only', parseCount)
    .option('--max-age <duration>', 'remove images that are older, but for the newest of each container', parseDuration)
    .option('--max-size <size>', 'remove the oldest images until all together are no larger', parseSize)
    .option('--keep <pattern>', 'never remove images with such a tag; may be given several times', collectTexts)
    .option('--keep-untagged', 'keep images that have no tag any more')
    .option('--grace <duration>', 'leave alone what was used within it', parseDuration, parseDuration('1h'));
}

/** The options as the storage takes them. */
export function collectOptions({ grace, keepLast, maxAge, maxSize, keep, keepUntagged }: RuleOptions): CollectOptions {
  return { names: CHECKPOINT_NAMES, grace, keepLast, maxAge, maxSize, keep, keepUntagged };
}
