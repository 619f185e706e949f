import test from 'ava';
import { parseRetryAfter } from '../../../src/registry/client/retry-after.ts';

const NOW = Date.parse('Sun, 22 Nov 2026 12:00:00 GMT');

const HEADERS: readonly [string | undefined, number | undefined][] = [
  ['0', 0],
  ['120', 120_000],
  [' 5 ', 5000],
  ['Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
  ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
  ['soon', undefined],
  ['-5', undefined],
  ['', undefined],
  [undefined, undefined],
];

for (const [header, wait] of HEADERS) {
  test(`Retry-After "${header}" is ${wait}`, (t) => {
    t.is(parseRetryAfter(header, NOW), wait);
  });
}
