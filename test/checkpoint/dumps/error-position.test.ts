import test from 'ava';
import fc from 'fast-check';
import { errorPosition } from '../../../src/checkpoint/dumps/error-position.ts';

const POSITIONS: Readonly<Record<string, number>> = {
  '': 0,
  '{': 1,
  '[1,': 3,
  '[1 2]': 3,
  '{"a":x}': 5,
  '{"a":trux}': 8,
  '{"a":"b" "c"}': 9,
  '[1,]': 3,
  '["\u0001"]': 2,
  '[1]]': 3,
  '-': 1,
};

for (const [text, position] of Object.entries(POSITIONS)) {
  test(`${JSON.stringify(text)} stops being JSON at ${position}`, (t) => {
    t.is(errorPosition(text), position);
  });
}

test('a character that JSON does not know is found wherever it stands outside of strings', (t) => {
  const numbers = fc.array(fc.integer(), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(numbers, fc.nat(), (values, seed) => {
      const text = JSON.stringify(values);
      const at = seed % text.length;
      return errorPosition(`${text.slice(0, at)}#${text.slice(at)}`) === at;
    }),
  );
  t.pass();
});
