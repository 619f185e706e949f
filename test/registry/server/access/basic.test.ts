import test from 'ava';
import { readCredentials } from '../../../../src/registry/server/access/basic.ts';

const encoded = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

const HEADERS: readonly [header: string | undefined, found: ReturnType<typeof readCredentials>][] = [
  [undefined, undefined],
  [encoded('ann:secret'), { user: 'ann', password: 'secret' }],
  [encoded('ann:se:cr:et'), { user: 'ann', password: 'se:cr:et' }],
  [encoded('ann:'), { user: 'ann', password: '' }],
  [encoded('änn:gehe:im ü'), { user: 'änn', password: 'gehe:im ü' }],
  [encoded('ann:secret').replace('Basic', 'bAsIc'), { user: 'ann', password: 'secret' }],
  [encoded(':'), undefined],
  [encoded('ann'), 'malformed'],
  ['Basic', 'malformed'],
  ['Basic ***', 'malformed'],
  ['Bearer abc', 'malformed'],
  ['', 'malformed'],
];

for (const [header, found] of HEADERS) {
  test(`Authorization: ${header} is read`, (t) => t.deepEqual(readCredentials(header), found));
}
