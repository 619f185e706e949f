import test from 'ava';
import fc from 'fast-check';
import { readKubeYaml, writeKubeYaml } from '../../src/kube/kube-yaml.ts';

const reads = test.macro({
  exec(t, text: string, documents: unknown[]) {
    t.deepEqual(readKubeYaml(text), documents);
  },
  title: (title, text) => title ?? `${JSON.stringify(text)} is read as kubectl reads it`,
});

test('a mode with a leading zero is octal', reads, 'defaultMode: 0644', [{ defaultMode: 420 }]);
test('so it is behind 0o', reads, 'defaultMode: 0o644', [{ defaultMode: 420 }]);
test('yes, no, on and off are true and false', reads, '[yes, no, on, off]', [[true, false, true, false]]);
test('a time stays a text', reads, 'at: 2026-11-22T07:03:04Z', [{ at: '2026-11-22T07:03:04Z' }]);
test('a number of base 60 stays a text', reads, 'ratio: 12:30', [{ ratio: '12:30' }]);
test('anchors and merge keys are followed', reads, 'a: &x {i: 1}\nb: {<<: *x, m: 2}', [
  { a: { i: 1 }, b: { i: 1, m: 2 } },
]);
test('JSON is YAML', reads, '{"a": ["\\u00e9", 1.5, null]}', [{ a: ['é', 1.5, null] }]);
test('documents come one by one, without the empty ones', reads, '---\na: 1\n---\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]);
test('an empty text holds no document', reads, '# nothing\n', []);

test('what is neither YAML nor JSON is refused', (t) => {
  t.throws(() => readKubeYaml('a: [1'));
});

test('a small text that would unfold without bounds is refused', (t) => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let n = 1; n < 9; n += 1) lines.push(`a${n}: &a${n} [${`*a${n - 1}, `.repeat(9)}]`);
  t.throws(() => readKubeYaml(lines.join('\n')), { message: /alias/i });
});

const QUOTED = [
  'y',
  'no',
  'On',
  '0644',
  '0o17',
  '0x1f',
  '1e3',
  '.5',
  '12:30',
  '1_000',
  '~',
  'null',
  '',
  '<<',
  '=',
  '-',
  '.nan',
  '+1',
];

for (const text of QUOTED) {
  test(`the text ${JSON.stringify(text)} is quoted, so that no reader takes it for something else`, (t) => {
    t.is(writeKubeYaml({ value: text }), `value: "${text}"\n`);
    t.is(writeKubeYaml({ [text]: 1 }), `"${text}": 1\n`);
  });
}

test('plain words, paths and references are left as they are', (t) => {
  const text = 'a: checkpoint-registry.local/checkpoints:web@sha256:00\nb: /var/lib\n';
  t.is(writeKubeYaml({ a: 'checkpoint-registry.local/checkpoints:web@sha256:00', b: '/var/lib' }), text);
});

test('a text of several lines is a block, and a long one is not folded', (t) => {
  t.is(writeKubeYaml({ a: 'x: 1\ny: 2\n' }), 'a: |\n  x: 1\n  y: 2\n');
  t.is(writeKubeYaml({ a: 'x '.repeat(200).trim() }), `a: ${'x '.repeat(200).trim()}\n`);
});

test('line ends of YAML 1.1 are escaped', (t) => {
  t.is(writeKubeYaml({ a: 'x\u0085\u2028\u2029y\n' }), 'a: "x\\u0085\\u2028\\u2029y\\n"\n');
  t.is(writeKubeYaml({ 'x\u2028': 1 }), '"x\\u2028": 1\n');
});

test('a text of several lines that begins with a blank is quoted: Go reads no block that begins with a tab', (t) => {
  t.is(writeKubeYaml({ a: '\tx\ny' }), 'a: "\\tx\\ny"\n');
});

test('an object that occurs twice is written twice: no anchors', (t) => {
  const twice = { a: 1 };
  t.is(writeKubeYaml({ one: twice, two: twice }), 'one:\n  a: 1\ntwo:\n  a: 1\n');
});

test('whatever is written is read back as it was', (t) => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...QUOTED), fc.string());
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.integer(),
      fc.boolean(),
      fc.array(tie('tree')),
      fc.dictionary(text, tie('tree')),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(text, tree), (value) => {
      t.deepEqual(JSON.stringify(readKubeYaml(writeKubeYaml(value))), JSON.stringify([value]));
    }),
  );
});
