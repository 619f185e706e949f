import test from 'ava';
import fc from 'fast-check';
import { parseExact } from '../../../src/runtime/bundle/exact-json.ts';

for (const number of ['18446744073709551615', '-9223372036854775808', '9007199254740993', '1e3', '0.10', '-0']) {
  test(`${number} is written again as it was`, (t) => {
    t.is(JSON.stringify(parseExact(`{"limit":[${number}]}`)), `{"limit":[${number}]}`);
  });
}

test('numbers that a double holds are numbers', (t) => {
  t.deepEqual(parseExact('{"a":[0,-1,65535,4503599627370496]}'), { a: [0, -1, 65535, 4503599627370496] });
});

test('any JSON of integers of 64 bits is written again as it was', (t) => {
  const value = fc.jsonValue({ noUnicodeString: false }).filter((json) => !JSON.stringify(json).includes('.'));
  const big = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(value, big, (json, number) => {
      const text = `{"value":${JSON.stringify(json)},"number":${number}}`;
      t.is(JSON.stringify(parseExact(text)), text);
    }),
  );
});

test('what is no JSON is a SyntaxError', (t) => {
  t.throws(() => parseExact('{'), { instanceOf: SyntaxError });
});
