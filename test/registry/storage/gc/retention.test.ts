import test from 'ava';
import fc from 'fast-check';
import { digestOf } from '../../../../src/oci/digest.ts';
import {
  type Candidate,
  type RetentionRules,
  retain,
  type Why,
} from '../../../../src/registry/storage/gc/retention.ts';

const NOW = 1_000_000;

const rules: fc.Arbitrary<RetentionRules> = fc.record({
  keepLast: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  maxAge: fc.option(fc.integer({ min: 0, max: 1000 }), { nil: undefined }),
  maxSize: fc.option(fc.integer({ min: 0, max: 2000 }), { nil: undefined }),
});

/** Few containers, moments and blobs, so that they collide. */
const images: fc.Arbitrary<Candidate[]> = fc
  .array(
    fc.record({
      repository: fc.constantFrom('a', 'b'),
      container: fc.constantFrom('shop/web', 'shop/db', undefined),
      made: fc.integer({ min: NOW - 2000, max: NOW }),
      pinned: fc.constantFrom('annotation keep', undefined, undefined, undefined),
      shared: fc.uniqueArray(fc.integer({ min: 0, max: 5 })),
      size: fc.integer({ min: 0, max: 300 }),
    }),
    { maxLength: 15 },
  )
  .map((made) =>
    made.map(({ shared, size, ...image }, at) => ({
      ...image,
      digest: digestOf(`${at}`),
      tags: [`t${at}`],
      blobs: new Map([[digestOf(`${at}`), size], ...shared.map((blob) => [digestOf(`s${blob}`), 50 * blob] as const)]),
    })),
  );

function bytesOf(kept: readonly Candidate[]): number {
  return new Map(kept.flatMap(({ blobs }) => [...blobs])).values().reduce((sum, size) => sum + size, 0);
}

function group({ repository, container }: Candidate): string {
  return `${repository} ${container}`;
}

test('pinned images, and those of no known container, stay whatever the rules say', (t) => {
  fc.assert(
    fc.property(images, rules, (all, wanted) => {
      for (const { image, keep } of retain(all, wanted, NOW).decisions) {
        if (image.pinned !== undefined || image.container === undefined) t.true(keep);
      }
    }),
  );
});

test('the newest image of each container stays whatever the rules say', (t) => {
  fc.assert(
    fc.property(images, rules, (all, wanted) => {
      const { decisions } = retain(all, wanted, NOW);
      for (const group_ of Map.groupBy(decisions, ({ image }) => group(image)).values()) {
        const newest = Math.max(...group_.map(({ image }) => image.made));
        t.true(group_.some(({ image, keep }) => keep && image.made === newest));
      }
    }),
  );
});

test('beyond the count only pinned images stay, and within it none goes for the count', (t) => {
  fc.assert(
    fc.property(images, fc.integer({ min: 1, max: 4 }), (all, keepLast) => {
      const { decisions } = retain(all, { keepLast }, NOW);
      for (const [key, group_] of Map.groupBy(decisions, ({ image }) => group(image))) {
        if (key.endsWith('undefined')) continue;
        const kept = group_.filter(({ keep }) => keep);
        const unpinned = kept.filter(({ image }) => image.pinned === undefined);
        t.true(unpinned.length <= keepLast);
        t.true(kept.length >= Math.min(keepLast, group_.length));
      }
    }),
  );
});

test('what stays is within the size, or nothing more may go and what is too much is told', (t) => {
  fc.assert(
    fc.property(images, rules, (all, wanted) => {
      const { decisions, bytes, over } = retain(all, wanted, NOW);
      const kept = decisions.filter(({ keep }) => keep);
      t.is(bytes, bytesOf(kept.map(({ image }) => image)));
      t.is(over, Math.max(0, bytes - (wanted.maxSize ?? Number.POSITIVE_INFINITY)));
      if (over > 0) t.false(kept.some(({ why }) => why === 'within'));
    }),
  );
});

test('for the size the oldest go, and none that need not', (t) => {
  fc.assert(
    fc.property(images, fc.integer({ min: 0, max: 2000 }), (all, maxSize) => {
      const { decisions } = retain(all, { maxSize }, NOW);
      const gone = decisions.filter(({ why }) => why === 'size').map(({ image }) => image);
      const spared = decisions.filter(({ why }) => why === 'within').map(({ image }) => image);
      for (const old of gone) for (const young of spared) t.true(old.made <= young.made);
      const last = gone.toSorted((a, b) => b.made - a.made)[0];
      if (last !== undefined && gone.filter(({ made }) => made === last.made).length === 1) {
        const kept = decisions.filter(({ keep }) => keep).map(({ image }) => image);
        t.true(bytesOf([...kept, last]) > maxSize);
      }
    }),
  );
});

test('the order of the images does not matter', (t) => {
  fc.assert(
    fc.property(images, rules, (all, wanted) => {
      const why = (list: Candidate[]) =>
        retain(list, wanted, NOW)
          .decisions.map((one) => `${one.image.digest} ${one.why}`)
          .toSorted();
      t.deepEqual(why(all.toReversed()), why(all));
    }),
  );
});

const decided = test.macro({
  exec(t, wanted: RetentionRules, ...expected: Why[]) {
    const all = [0, 100, 200, 300].map((old, at) => ({
      repository: 'a',
      digest: digestOf(`${at}`),
      tags: [`t${at}`],
      made: NOW - old,
      container: 'shop/web',
      pinned: at === 3 ? 'pattern t*' : undefined,
      blobs: new Map([[digestOf(`${at}`), 10]]),
    }));
    t.deepEqual(
      retain(all, wanted, NOW).decisions.map(({ why }) => why),
      expected,
    );
  },
  title: (_, wanted) => `four images of one container, the oldest pinned, by ${JSON.stringify(wanted)}`,
});

test(decided, {}, 'newest', 'within', 'within', 'pinned');
test(decided, { keepLast: 2 }, 'newest', 'within', 'count', 'pinned');
test(decided, { maxAge: 150 }, 'newest', 'within', 'age', 'pinned');
test(decided, { maxAge: 0 }, 'newest', 'age', 'age', 'pinned');
test(decided, { maxSize: 30 }, 'newest', 'within', 'size', 'pinned');
test(decided, { maxSize: 1 }, 'newest', 'size', 'size', 'pinned');
test(decided, { keepLast: 3, maxAge: 150, maxSize: 20 }, 'newest', 'size', 'age', 'pinned');
