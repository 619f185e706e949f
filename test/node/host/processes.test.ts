import test from 'ava';
import { flagValue } from '../../../src/node/host/processes.ts';

for (const [args, value] of [
  [['--config', '/a'], '/a'],
  [['--config=/a=b'], '/a=b'],
  [['-c', '/a'], '/a'],
  [['-config', '/a'], '/a'],
  [['--config', ''], ''],
  [['--config='], ''],
  [['--other', '/a'], undefined],
  [['config', '/a'], undefined],
  [[], undefined],
] as const) {
  test(`${JSON.stringify(args)} says ${JSON.stringify(value)}`, (t) => {
    t.is(flagValue(args, 'config', 'c'), value);
  });
}
