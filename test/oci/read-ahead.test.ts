import test from 'ava';
import fc from 'fast-check';
import { readAhead } from '../../src/oci/read-ahead.ts';

test('the items are the same, in the same order', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer()), async (items) => {
      const seen: number[] = [];
      for await (const item of readAhead(from(items))) seen.push(item);
      t.deepEqual(seen, items);
    }),
  );
});

test('one item is made ahead, never two', async (t) => {
  let made = 0;
  async function* source() {
    for (let item = 1; item <= 5; item++) {
      made = item;
      yield item;
    }
  }
  for await (const item of readAhead(source())) {
    await new Promise((resolve) => setImmediate(resolve));
    t.is(made, Math.min(item + 1, 5));
  }
});

test('a failure comes in its place, after the items before it', async (t) => {
  async function* source() {
    yield 1;
    throw new Error('broken');
  }
  const seen: number[] = [];
  await t.throwsAsync(
    async () => {
      for await (const item of readAhead(source())) seen.push(item);
    },
    { message: 'broken' },
  );
  t.deepEqual(seen, [1]);
});

test('whoever leaves early closes the source, once nothing of it runs any more', async (t) => {
  const events: string[] = [];
  async function* source() {
    try {
      yield 1;
      await new Promise((resolve) => setImmediate(resolve));
      events.push('made');
      yield 2;
    } finally {
      events.push('closed');
    }
  }
  for await (const _ of readAhead(source())) break;
  t.deepEqual(events, ['made', 'closed']);
});

async function* from<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
