import test from 'ava';
import { parseHtpasswd, usualCost } from '../../../../src/registry/server/access/htpasswd.ts';
import { throwsCode } from '../../../helpers/throws.ts';

const hashOf = (cost: string) => `$2y$${cost}$${'a'.repeat(53)}`;

test('users and hashes are read; comments and empty lines are passed over', (t) => {
  const accounts = parseHtpasswd('htpasswd', `# people\nann:${hashOf('10')}\r\n\nbob:${hashOf('05')}\n`);
  t.deepEqual(
    [...accounts],
    [
      ['ann', hashOf('10')],
      ['bob', hashOf('05')],
    ],
  );
});

const BROKEN: readonly [what: string, text: string, line: number][] = [
  ['a line without a colon', 'ann\n', 1],
  ['a line without a name', `:${hashOf('10')}\n`, 1],
  ['an MD5 hash', `ann:${hashOf('10')}\nbob:$apr1$aaaaaaaa$bbbbbbbbbbbbbbbbbbbbbb\n`, 2],
  ['a plain password', 'ann:hunter2\n', 1],
  ['a hash that is cut off', `ann:${hashOf('10').slice(0, -1)}\n`, 1],
  ['a cost that would take minutes', `ann:${hashOf('20')}\n`, 1],
  ['a cost that bcrypt does not have', `ann:${hashOf('03')}\n`, 1],
  ['a user that stands twice', `ann:${hashOf('10')}\nann:${hashOf('10')}\n`, 2],
  ['a user named *', `*:${hashOf('10')}\n`, 1],
];

for (const [what, text, line] of BROKEN) {
  test(`${what} is refused with its line, and no hash or password is quoted`, async (t) => {
    const error = await throwsCode(t, 'ACCESS_INVALID', () => parseHtpasswd('htpasswd', text));
    t.is(error?.facts['line'], line);
    t.notRegex(JSON.stringify(error), /hunter2|aaaa|bbbb/);
  });
}

test('the usual cost is that of most hashes', (t) => {
  t.is(usualCost(parseHtpasswd('f', `a:${hashOf('12')}\nb:${hashOf('05')}\nc:${hashOf('05')}\n`)), 5);
  t.is(usualCost(new Map()), 10);
});
