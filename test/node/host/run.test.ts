import test from 'ava';
import { runIn } from '../../../src/node/host/run.ts';
import { throwsCode } from '../../helpers/throws.ts';

test('a program of the node gives what it says, and has no PATH of ours', async (t) => {
  t.is(await runIn('/')('sh', ['-c', 'echo "$PATH"']), '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin');
});

test('a program that is not there is PROGRAM_MISSING', async (t) => {
  const error = await throwsCode(t, 'PROGRAM_MISSING', () => runIn('/')('no-such-program', []));
  t.is(error?.facts['program'], 'no-such-program');
});

test('a program that fails is PROGRAM_FAILED, with its last words', async (t) => {
  const error = await throwsCode(t, 'PROGRAM_FAILED', () => runIn('/')('sh', ['-c', 'echo no >&2; exit 3']));
  t.regex(error?.message ?? '', /ended with 3: no/);
});
