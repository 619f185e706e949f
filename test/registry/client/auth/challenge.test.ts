import test from 'ava';
import fc from 'fast-check';
import { parseChallenges } from '../../../../src/registry/client/auth/challenge.ts';

const CASES: readonly [string, readonly string[], readonly [string, Record<string, string>][]][] = [
  ['basic', ['Basic realm="thaw"'], [['basic', { realm: 'thaw' }]]],
  [
    'a token service',
    ['Bearer realm="https://auth.example.com/token",service="reg",scope="repository:a/b:pull,push"'],
    [['bearer', { realm: 'https://auth.example.com/token', service: 'reg', scope: 'repository:a/b:pull,push' }]],
  ],
  [
    'several in one header',
    ['Negotiate, Basic realm="a, b", charset="UTF-8", Bearer realm=https://x'],
    [
      ['negotiate', {}],
      ['basic', { realm: 'a, b', charset: 'UTF-8' }],
      ['bearer', { realm: 'https://x' }],
    ],
  ],
  [
    'several headers',
    ['Basic realm="a"', 'Bearer realm="b"'],
    [
      ['basic', { realm: 'a' }],
      ['bearer', { realm: 'b' }],
    ],
  ],
  ['names in any case', ['BEARER Realm="b"'], [['bearer', { realm: 'b' }]]],
  ['quoted quotes', ['Basic realm="say \\"a\\""'], [['basic', { realm: 'say "a"' }]]],
  ['nothing', [''], []],
  ['rubbish', ['="'], []],
];

for (const [what, values, expected] of CASES) {
  test(`challenges are read: ${what}`, (t) => {
    const found = parseChallenges(values).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
    t.deepEqual(found, [...expected]);
  });
}

test('any text is read without a failure', (t) => {
  const property = fc.property(fc.array(fc.string({ unit: fc.constantFrom(...'aB="\\, \t;') })), (values) => {
    for (const { scheme } of parseChallenges(values)) if (scheme === '') return false;
    return true;
  });
  t.notThrows(() => fc.assert(property, { numRuns: 2000 }));
});
