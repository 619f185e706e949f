import test from 'ava';
import { InvalidArgumentError } from 'commander';
import fc from 'fast-check';
import { collectTexts, parseCount, parseDuration, parseSize } from '../../src/commands/quantity.ts';

type Parse = (text: string) => number;

const reads = test.macro({
  exec(t, parse: Parse, text: string, wanted: number) {
    t.is(parse(text), wanted);
  },
  title: (_, parse: Parse, text: string, wanted: number) => `${parse.name} reads ${text} as ${wanted}`,
});

test(reads, parseDuration, '0', 0);
test(reads, parseDuration, '90s', 90_000);
test(reads, parseDuration, '30m', 1_800_000);
test(reads, parseDuration, '12h', 43_200_000);
test(reads, parseDuration, '7d', 604_800_000);
test(reads, parseDuration, '2w', 1_209_600_000);
test(reads, parseDuration, '1h30m', 5_400_000);
test(reads, parseDuration, '1.5h', 5_400_000);
test(reads, parseSize, '0', 0);
test(reads, parseSize, '4096', 4096);
test(reads, parseSize, '10B', 10);
test(reads, parseSize, '1KiB', 1024);
test(reads, parseSize, '100GiB', 107_374_182_400);
test(reads, parseSize, '100 gib', 107_374_182_400);
test(reads, parseSize, '10Gi', 10_737_418_240);
test(reads, parseSize, '500MB', 500_000_000);
test(reads, parseSize, '1.5TiB', 1_649_267_441_664);
test(reads, parseCount, '3', 3);

const refuses = test.macro({
  exec(t, parse: Parse, text: string) {
    t.throws(() => parse(text), { instanceOf: InvalidArgumentError, message: /^Write / });
  },
  title: (_, parse: Parse, text: string) => `${parse.name} refuses ${JSON.stringify(text)}`,
});

for (const text of ['', '7', '-1h', '1y', 'h', '1h 30m', '1e3s', '∞d']) test(refuses, parseDuration, text);
for (const text of ['', '-1', '1 2', 'GiB', '1e3', '10XB', '1,5GiB', '9999999PiB', '0x10'])
  test(refuses, parseSize, text);
for (const text of ['', '0', '-1', '1.5', 'many', '9999999999']) test(refuses, parseCount, text);

test('whatever text comes, it is read as a number or refused', (t) => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const parse of [parseDuration, parseSize, parseCount]) {
        try {
          t.true(parse(text) >= 0);
        } catch (error) {
          t.true(error instanceof InvalidArgumentError);
        }
      }
    }),
  );
});

test('an option that is given several times is a list', (t) => {
  t.deepEqual(collectTexts('b', collectTexts('a')), ['a', 'b']);
});
