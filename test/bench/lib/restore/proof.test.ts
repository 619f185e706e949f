import test from 'ava';
import type { Frozen } from '../../../../bench/lib/restore/frozen.ts';
import { doubts } from '../../../../bench/lib/restore/proof.ts';

const SUM = '5e74ab7c';
const ticks = (from: number, to: number, sum = SUM) =>
  Array.from({ length: to - from + 1 }, (_, at) => `tick ${from + at} ${sum}\n`).join('');
const START = 'start counter 8e8e8ed757907bfb 1 2026-11-22T23:10:48.3Z\n';

/** Its memory is read again after 64 numbers. It had come to 40 before the checkpoint, and to 50 before it was deleted. */
const FROZEN: Frozen = {
  mebibytes: 1024,
  archive: '/archive.tar',
  base: 'base@sha256:0',
  life: { log: START + ticks(1, 50), seen: 40 },
  sum: SUM,
};

test('a process that goes on and reads all of its memory is beyond doubt', (t) => {
  t.deepEqual(doubts(FROZEN, ticks(42, 105), 64), [], 'as runc by hand shows it');
  t.deepEqual(doubts(FROZEN, START + ticks(1, 43) + ticks(42, 105), 64), [], 'as a pod shows it');
});

const doubtful = test.macro((t, log: string, since: number, doubt: RegExp) => {
  const found = doubts(FROZEN, log, since);
  t.true(
    found.some((one) => doubt.test(one)),
    found.join('; '),
  );
});

test('a gap is a doubt', doubtful, ticks(42, 60) + ticks(62, 105), 63, /62 follows 60/);
test('a cold start is a doubt', doubtful, START.replace('8e8e', 'ffff') + ticks(1, 105), 105, /2 processes started/);
test('other memory is a doubt', doubtful, ticks(42, 104) + ticks(105, 105, '00000000'), 64, /00000000/);
test('memory that was not read again is a doubt', doubtful, ticks(42, 104), 63, /63 numbers since the restore/);
test('silence is a doubt', doubtful, START + ticks(1, 43), 0, /was there before/);
