import { isThawError } from '../errors.ts';
import { cancelled } from './cancel.ts';

/** Work on one item; it must end soon after its signal aborts. */
export type Work<Item, Result> = (item: Item, signal: AbortSignal, index: number) => Promise<Result>;

/**
 * Works on at most `most` items at a time and gives the results in the items' order. When one fails, the others are
 * aborted and waited for, so that they can clean up, and the first failure is thrown, not what the abort made of the
 * others. CANCELLED when `outer` aborts.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  most: number,
  work: Work<Item, Result>,
  outer?: AbortSignal,
): Promise<Result[]> {
  const siblings = new AbortController();
  const signal = outer === undefined ? siblings.signal : AbortSignal.any([outer, siblings.signal]);
  const results: Result[] = [];
  const failures: unknown[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      signal.throwIfAborted();
      results[index] = await work(item, signal, index);
    }
  };
  const guarded = (): Promise<void> =>
    worker().catch((error: unknown) => {
      failures.push(error);
      siblings.abort(error);
    });
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, guarded));
  if (failures.length > 0) throw outcome(failures[0], outer);
  return results;
}

/** Streams that break off on an abort throw an error of their own making, which tells a person nothing. */
function outcome(failure: unknown, outer: AbortSignal | undefined): unknown {
  return outer?.aborted === true && !isThawError(failure) ? cancelled(failure) : failure;
}
