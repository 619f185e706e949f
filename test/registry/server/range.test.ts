import test from 'ava';
import { parseContentRange, parseRange } from '../../../src/registry/server/range.ts';

const RANGES: readonly [string | undefined, number, ReturnType<typeof parseRange>][] = [
  [undefined, 10, undefined],
  ['bytes=0-4', 10, { start: 0, end: 5 }],
  ['bytes=5-', 10, { start: 5, end: 10 }],
  ['bytes=-3', 10, { start: 7, end: 10 }],
  ['bytes=-30', 10, { start: 0, end: 10 }],
  ['bytes=8-30', 10, { start: 8, end: 10 }],
  ['BYTES = 0 - 4', 10, { start: 0, end: 5 }],
  ['bytes=5-4', 10, 'unsatisfiable'],
  ['bytes=10-', 10, 'unsatisfiable'],
  ['bytes=-0', 10, 'unsatisfiable'],
  ['bytes=0-', 0, 'unsatisfiable'],
  ['bytes=99999999999999999999-', 10, 'unsatisfiable'],
  ['bytes=0-99999999999999999999', 10, { start: 0, end: 10 }],
  ['bytes=-', 10, undefined],
  ['bytes=a-b', 10, undefined],
  ['bytes=0-1,3-4', 10, undefined],
  ['lines=0-4', 10, undefined],
];

for (const [header, size, wanted] of RANGES) {
  test(`Range ${header} of ${size} bytes`, (t) => t.deepEqual(parseRange(header, size), wanted));
}

const CONTENT_RANGES: readonly [string, ReturnType<typeof parseContentRange>][] = [
  ['0-1023', { start: 0, end: 1024 }],
  ['5-5', { start: 5, end: 6 }],
  ['bytes 0-1023/2048', undefined],
  ['0-', undefined],
  ['-5', undefined],
  ['0-99999999999999999999', undefined],
];

for (const [header, wanted] of CONTENT_RANGES) {
  test(`Content-Range ${header}`, (t) => t.deepEqual(parseContentRange(header), wanted));
}
