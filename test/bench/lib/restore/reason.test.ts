import test from 'ava';
import { execa } from 'execa';
import { reasonOf } from '../../../../bench/lib/restore/reason.ts';

test('an error tells its message in one line', (t) => {
  t.is(reasonOf(new Error('waited in vain\n  62 follows 60')), 'waited in vain 62 follows 60');
  t.is(reasonOf('no error'), 'no error');
});

const ended = test.macro(async (t, script: string, reason: string | RegExp) => {
  const found = reasonOf(await t.throwsAsync(execa('sh', ['-c', script])));
  if (typeof reason === 'string') t.is(found, reason);
  else t.regex(found, reason);
});

test("a program's last words come first", ended, 'echo out; echo warning >&2; echo cause >&2; exit 1', 'cause');
test('what it printed stands in for words it did not say', ended, 'echo cause; exit 1', 'cause');
test('a silent program is named with its exit code', ended, 'exit 7', /exit code 7/);
