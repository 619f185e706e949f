import test from 'ava';
import fc from 'fast-check';
import { isThawError } from '../../../../src/errors.ts';
import { parseAccess } from '../../../../src/registry/server/access/access-file.ts';
import { compileRules } from '../../../../src/registry/server/access/rules.ts';
import { throwsCode } from '../../../helpers/throws.ts';

const GOOD = `htpasswd: htpasswd
rules:
  - users: [converter]
    repositories: [checkpoints, 'checkpoints/**']
    allow: [pull, push]
  - anonymous: true
    repositories: ['public/*']
    allow: [pull]
`;

test('an access file says who may do what', (t) => {
  const { htpasswd, rules } = parseAccess('access.yaml', GOOD);
  t.is(htpasswd, 'htpasswd');
  t.deepEqual(rules[0], {
    users: ['converter'],
    repositories: ['checkpoints', 'checkpoints/**'],
    allow: ['pull', 'push'],
  });
  t.true(rules[1]?.anonymous);
});

const BROKEN: readonly [what: string, text: string, line: number, field: string, says: RegExp][] = [
  ['no YAML', 'rules: [\n', 2, '', /./],
  ['an empty file', '', 1, 'rules', /is missing/],
  ['a text', 'everybody\n', 1, '', /must be object/],
  ['an alias of nothing', 'rules: *a\n', 0, '', /alias/],
  ['an unknown field', 'rules: []\nrulez: []\n', 2, 'rulez', /no field that is known/],
  [
    'an unknown field of a rule',
    GOOD.replace('allow: [pull]', 'allow: [pull]\n    alow: [push]'),
    9,
    'rules[1].alow',
    /no field/,
  ],
  ['an unknown right', GOOD.replace('[pull, push]', '[pull, pussh]'), 5, 'rules[0].allow[1]', /pull, push, delete/],
  ['no right', GOOD.replace('[pull, push]', '[]'), 5, 'rules[0].allow', /must not be empty/],
  ['a right that is no list', GOOD.replace('[pull, push]', 'pull'), 5, 'rules[0].allow', /must be array/],
  ['a rule without rights', 'rules:\n  - anonymous: true\n    repositories: [a]\n', 2, 'rules[0].allow', /is missing/],
  ['a negated pattern', GOOD.replace("'public/*'", "'!public'"), 7, 'rules[1].repositories[0]', /repository name/],
  ['a pattern with parentheses', GOOD.replace('public/*', '+(a)'), 7, 'rules[1].repositories[0]', /repository name/],
  ['an upper-case pattern', GOOD.replace('public/*', 'Public'), 7, 'rules[1].repositories[0]', /repository name/],
  ['a rule for nobody', GOOD.replace('anonymous: true', 'anonymous: false'), 6, 'rules[1]', /neither "users"/],
  ['users without htpasswd', GOOD.replace('htpasswd: htpasswd\n', ''), 2, 'rules[0].users', /no "htpasswd"/],
  ['a field that stands twice', `${GOOD}htpasswd: other\n`, 9, '', /unique/],
];

for (const [what, text, line, field, says] of BROKEN) {
  test(`${what} is refused with its line and field`, async (t) => {
    const error = await throwsCode(t, 'ACCESS_INVALID', () => parseAccess('access.yaml', text));
    t.like(error?.facts, { file: 'access.yaml', line, field });
    t.regex(error?.found ?? '', says);
  });
}

test('whatever stands in an access file, it is read or refused with ACCESS_INVALID', (t) => {
  const piece = fc.oneof(
    fc.constantFrom(
      'rules:',
      '  - users: [a]',
      '    allow: [pull]',
      '    repositories: ["**"]',
      'htpasswd: x',
      '&a [*a]',
    ),
    fc.constantFrom('? x', '!!binary x', '<<: *a', '---', '...', '\t', '\0', 'rules: &a [*a]', '{', '__proto__: {}'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (lines) => {
      try {
        parseAccess('access.yaml', lines.join('\n'));
      } catch (error) {
        if (!isThawError(error, 'ACCESS_INVALID')) throw error;
      }
    }),
    { numRuns: 3_000 },
  );
  t.pass();
});

const MATCHES: readonly [pattern: string, repository: string, matches: boolean][] = [
  ['checkpoints', 'checkpoints', true],
  ['checkpoints', 'checkpoints/a', false],
  ['checkpoints/**', 'checkpoints', true],
  ['checkpoints/**', 'checkpoints/a/b', true],
  ['checkpoints/**', 'checkpointsx', false],
  ['checkpoints/*', 'checkpoints/a', true],
  ['checkpoints/*', 'checkpoints/a/b', false],
  ['**', 'any/thing/at/all', true],
  ['*', 'a/b', false],
  ['*/web', 'shop/web', true],
  ['{shop,bank}/**', 'bank/db', true],
  ['{shop,bank}/**', 'school/db', false],
  ['a.b', 'axb', false],
  ['team-?', 'team-a', true],
];

for (const [pattern, repository, matches] of MATCHES) {
  test(`${pattern} is ${matches ? '' : 'not '}a pattern of ${repository}`, (t) => {
    const [rule] = compileRules([{ repositories: [pattern], allow: ['pull'], anonymous: true }]);
    t.is(rule?.matches(repository), matches);
  });
}

test('a rule is for its users, for every user, or for everybody', (t) => {
  const of = (users: string[] | undefined, anonymous: boolean) =>
    compileRules([{ repositories: ['**'], allow: ['pull'], anonymous, ...(users && { users }) }])[0];
  const found = (users: string[] | undefined, anonymous = false) =>
    ['ann', 'bob', undefined].map((user) => of(users, anonymous)?.isFor(user));
  t.deepEqual(found(['ann']), [true, false, false]);
  t.deepEqual(found(['*']), [true, true, false]);
  t.deepEqual(found(undefined, true), [true, true, true]);
});
