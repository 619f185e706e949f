import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { inParallel } from '../../src/builder/parallel.ts';
import { throwsCode } from '../helpers/throws.ts';

/** Waits until the signal aborts and throws what a broken stream would. */
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('broken off')), { once: true }));

test('results come in the order of the items', async (t) => {
  const results = await inParallel([3, 1, 2], 2, async (item) => {
    for (let turn = 0; turn < item; turn += 1) await setImmediate();
    return item * 10;
  });
  t.deepEqual(results, [30, 10, 20]);
});

test('no item gives no result', async (t) => {
  t.deepEqual(await inParallel([], 2, async () => 1), []);
});

test('at most so many items are worked on at once', async (t) => {
  let running = 0;
  let most = 0;
  await inParallel(Array(20).fill(0), 3, async () => {
    running += 1;
    most = Math.max(most, running);
    await setImmediate();
    running -= 1;
  });
  t.is(most, 3);
});

test('the first failure aborts the others, waits for them and is the one thrown', async (t) => {
  let cleaned = 0;
  const work = async (item: number, signal: AbortSignal): Promise<void> => {
    if (item === 1) throw new Error('the disk is gone');
    await untilAborted(signal).finally(async () => {
      await setImmediate();
      cleaned += 1;
    });
  };
  await t.throwsAsync(inParallel([0, 1, 2], 3, work), { message: 'the disk is gone' });
  t.is(cleaned, 2);
});

test('no further item is begun after a failure', async (t) => {
  const begun: number[] = [];
  const work = async (item: number): Promise<void> => {
    begun.push(item);
    throw new Error('no');
  };
  await t.throwsAsync(inParallel([0, 1, 2, 3], 1, work), { message: 'no' });
  t.deepEqual(begun, [0]);
});

test('an abort from outside is CANCELLED, whatever a stream made of it', async (t) => {
  const controller = new AbortController();
  const running = inParallel([0, 1], 2, (_, signal) => untilAborted(signal), controller.signal);
  controller.abort();
  await throwsCode(t, 'CANCELLED', () => running);
});

test('nothing is begun when the signal was aborted before', async (t) => {
  let begun = 0;
  const work = async (): Promise<void> => {
    begun += 1;
  };
  await throwsCode(t, 'CANCELLED', () => inParallel([0], 1, work, AbortSignal.abort()));
  t.is(begun, 0);
});
