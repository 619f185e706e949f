import test from 'ava';
import { discontinuities, type Life } from './continuity.ts';

const START = 'start web 59a4105bcab98e4a 1 2026-11-22T23:04:50.625090954Z';
const SUM = '7eff102e';

/** `ticks(3, 5)`: the lines of the numbers 3 to 5. */
function ticks(from: number, to: number, sum = SUM): string[] {
  return Array.from({ length: to - from + 1 }, (_, at) => `tick ${from + at} ${sum} layer=12`);
}

const log = (...lines: readonly (string | readonly string[])[]) => `${lines.flat().join('\n')}\n`;

/** Counted to 9 by the time that somebody looked, was frozen after that, and wrote until it was deleted. */
const source: Life = { log: log(START, ticks(1, 14)), seen: 9 };
const life = (...lines: readonly (string | readonly string[])[]): Life => ({ log: log(...lines), seen: 0 });

const whole = test.macro((t, lives: readonly Life[]) => t.deepEqual(discontinuities(lives, { sum: SUM }), []));

test('a restored process that carries its log on is whole', whole, [source, life(START, ticks(1, 20))]);

test('the numbers between the memory and the copy of the log may come twice', whole, [
  source,
  life(START, ticks(1, 12), ticks(11, 20)),
]);

test('a restored process whose old log stayed behind is whole', whole, [source, life(ticks(10, 20))]);

test('two checkpoints after each other are whole, each with its seam', whole, [
  source,
  { log: log(START, ticks(1, 12), ticks(11, 20)), seen: 18 },
  life(START, ticks(1, 12), ticks(11, 20), ticks(19, 30)),
]);

const torn = test.macro((t, lives: readonly Life[], fault: RegExp) => {
  const faults = discontinuities(lives, { sum: SUM });
  t.true(
    faults.some((one) => fault.test(one)),
    faults.join('\n'),
  );
});

const OTHER = 'start web 0000000000000000 1 2026-11-22T23:05:50.000000000Z';

test(
  'a cold start after the old log is seen',
  torn,
  [source, life(START, ticks(1, 12), OTHER, ticks(1, 20))],
  /2 proc/,
);
test('a cold start alone is seen', torn, [source, life(OTHER, ticks(1, 20))], /^2 processes started/);
test('a cold start without its first line is seen', torn, [source, life(ticks(1, 20))], /begins with 1, after a check/);
test('the same start twice is seen', torn, [source, life(START, ticks(1, 12), START, ticks(13, 20))], /2 start lines/);
test('a source without a start is seen', torn, [life(ticks(1, 12))], /log 1 has no start line/);
test('a source that does not begin with 1 is seen', torn, [life(START, ticks(2, 12))], /begins with 2/);
test('a missing number is seen', torn, [source, life(START, ticks(1, 12), ticks(14, 20))], /14 follows 12/);
test('a number that is missing between the logs is seen', torn, [source, life(ticks(16, 20))], /begins with 16/);
test('a missing number before the checkpoint is seen', torn, [life(START, ticks(1, 3), ticks(5, 9))], /5 follows 3/);
test(
  'a step back behind the checkpoint is seen',
  torn,
  [source, life(START, ticks(1, 12), ticks(9, 20))],
  /from 12 to 9/,
);
test(
  'a second step back after one checkpoint is seen',
  torn,
  [source, life(START, ticks(1, 12), ticks(11, 15), ticks(14, 20))],
  /goes back 2 times/,
);
test(
  'going back to the first of two checkpoints is seen',
  torn,
  [source, { log: log(START, ticks(1, 20)), seen: 18 }, life(START, ticks(1, 20), ticks(11, 30))],
  /from 20 to 11/,
);
test('a step back without a checkpoint is seen', torn, [life(START, ticks(1, 12), ticks(12, 14))], /from 12 to 12/);
test('memory that changed is seen', torn, [source, life(START, ticks(1, 12), ticks(13, 20, '00000000'))], /00000000/);
test('memory that was never right is seen', torn, [life(START, ticks(1, 9, 'ffffffff'))], /sum ffffffff/);
test('a process that never went on is seen', torn, [source, life(START, ticks(1, 14))], /ends with 14/);
test('a restored process that says nothing is seen', torn, [source, life('')], /no number in it/);
test(
  'a process that broke down is seen',
  torn,
  [source, life(START, ticks(1, 20), 'broken 21 /srv/kept holds ""')],
  /broken 21/,
);
test('no log at all is seen', torn, [{ log: '', seen: 0 }], /no number in it/);
