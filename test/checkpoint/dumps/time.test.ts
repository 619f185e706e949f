import test from 'ava';
import { toUtc } from '../../../src/checkpoint/dumps/time.ts';

const TIMES: Readonly<Record<string, string | undefined>> = {
  '2026-11-22T06:58:22.975877602Z': '2026-11-22T06:58:22.975877602Z',
  '2026-11-22T06:58:22Z': '2026-11-22T06:58:22Z',
  '2026-11-22T00:30:00.5+01:00': '2026-11-21T23:30:00.5Z',
  '2026-12-31T23:59:59.999999999-00:30': '2027-01-01T00:29:59.999999999Z',
  '0001-01-01T00:00:00Z': undefined,
  '2026-13-41T00:00:00Z': undefined,
};

for (const [time, utc] of Object.entries(TIMES)) {
  test(`${time} is ${utc ?? 'no time'} in UTC`, (t) => {
    t.is(toUtc(time), utc);
  });
}

test('no time stays none', (t) => {
  t.is(toUtc(undefined), undefined);
});
