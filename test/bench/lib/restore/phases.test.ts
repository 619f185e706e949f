import test from 'ava';
import { type Marks, registryPhases, split, total } from '../../../../bench/lib/restore/phases.ts';

const MARKS: Marks = {
  begun: 1_000,
  converted: 3_000,
  applied: 3_500,
  pulling: 3_750,
  pulled: 4_750,
  created: 5_000,
  running: 6_000,
};

test('each part lasts from the end of the one before it to its own', (t) => {
  t.deepEqual(registryPhases(MARKS, 1.5), {
    convert: 1.5,
    push: 0.5,
    apply: 0.5,
    schedule: 0.25,
    pull: 1,
    create: 0.25,
    restore: 1,
  });
});

test('a conversion that was slower into the data folder leaves nothing for the push', (t) => {
  const { convert, push } = registryPhases(MARKS, 2.5);
  t.deepEqual({ convert, push }, { convert: 2, push: 0 });
});

test('the kubelet may hear of the pod before kubectl has ended: no part is negative', (t) => {
  const { apply, schedule, pull } = registryPhases({ ...MARKS, pulling: 3_400 }, 1.5);
  t.deepEqual({ apply, schedule, pull }, { apply: 0.5, schedule: 0, pull: 1.25 });
});

const MOMENTS = [1_200, 900, 5_000, 2_500];

test('whatever the order of the moments, the parts add up to the last of them', (t) => {
  for (const [at, last] of MOMENTS.entries()) {
    const others = MOMENTS.filter((_, other) => other !== at);
    const [copy = 0, create = 0, pull = 0] = others;
    const parts = split(1_000, [
      ['copy', copy],
      ['create', create],
      ['pull', pull],
      ['restore', last],
    ]);
    t.is(total(parts), Math.max(last - 1_000, 0) / 1000);
    t.true(Object.values(parts).every((seconds) => seconds >= 0));
  }
});
