import test from 'ava';
import { count, humanBytes, humanRate, humanSeconds } from '../../src/commands/human.ts';

test('bytes, rates and times are as a person writes them', (t) => {
  t.is(humanBytes(0), '0 B');
  t.is(humanBytes(48_830_976), '46.6 MiB');
  t.is(humanRate(1024 ** 2, 0.5), '2 MiB/s');
  t.is(humanRate(1, 0), '');
  t.is(humanSeconds(0.034), '0.03 s');
  t.is(humanSeconds(72), '1m 12s');
});

test('counts have their thousands apart and their noun in its number', (t) => {
  t.is(count(1, 'layer'), '1 layer');
  t.is(count(0, 'layer'), '0 layers');
  t.is(count(999, 'page'), '999 pages');
  t.is(count(1_234_567, 'page'), '1,234,567 pages');
});
