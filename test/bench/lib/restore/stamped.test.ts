import test from 'ava';
import { stampedLines, textOf, ticksAfter } from '../../../../bench/lib/restore/stamped.ts';

const LOG = `2026-11-22T23:10:48.300000001Z start counter 8e8e8ed757907bfb 1 2026-11-22T23:10:48.299Z
2026-11-22T23:11:26.480000000Z tick 2739 5e74ab7c
2026-11-22T23:13:17.667000000Z tick 2740 5e74ab7c
2026-11-22T23:13:17.680000000Z broken 2741 why
`;

test('lines have the time that the runtime gave them', (t) => {
  const [first] = stampedLines(LOG);
  t.deepEqual(first, {
    at: Date.parse('2026-11-22T23:10:48.300Z'),
    text: 'start counter 8e8e8ed757907bfb 1 2026-11-22T23:10:48.299Z',
  });
  t.deepEqual(stampedLines(''), []);
});

test('only the numbers after the restore count', (t) => {
  const since = ticksAfter(stampedLines(LOG), Date.parse('2026-11-22T23:13:17.360Z'));
  t.deepEqual(
    since.map(({ text }) => text),
    ['tick 2740 5e74ab7c'],
  );
});

test('without their times the lines are what the process wrote', (t) => {
  t.is(textOf(stampedLines(LOG)), LOG.replaceAll(/^\S+ /gm, ''));
});
