import test from 'ava';
import fc from 'fast-check';
import { jsonLine } from '../../src/commands/json-line.ts';

test('what comes out is one line, moves no cursor, and reads back as it was', (t) => {
  const nasty = fc
    .array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\u009b2J', '\u202e', '\u{e0041}', '\n')))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.record({ text: nasty, list: fc.array(nasty) }), (value) => {
      const line = jsonLine(value);
      t.deepEqual(JSON.parse(line), value);
      return !/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(line);
    }),
  );
  t.is(jsonLine({ a: '\u{e0041}' }), String.raw`{"a":"\udb40\udc41"}`);
});
