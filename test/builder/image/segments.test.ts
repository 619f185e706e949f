import test from 'ava';
import fc from 'fast-check';
import {
  assertWhole,
  formatSegments,
  layerLength,
  parseSegments,
  type Segment,
} from '../../../src/builder/image/segments.ts';

const at = (offset: number, length: number): Segment => ({ kind: 'archive', offset, length });
const inserted = (length: number): Segment => ({ kind: 'inserted', length });

test('segments read as archive offsets with lengths, inserted bytes marked', (t) => {
  const segments = [at(0, 1536), inserted(512), at(2048, 10_240), inserted(1024)];
  t.is(formatSegments(segments), '0+1536,~512,2048+10240,~1024');
  t.deepEqual(parseSegments('0+1536,~512,2048+10240,~1024'), segments);
  t.is(layerLength(segments), 13_312);
});

test('every list of segments comes back from its text', (t) => {
  const number = fc.integer({ min: 1, max: 2 ** 40 });
  const segment = fc.oneof(
    fc.tuple(fc.nat(), number).map(([offset, length]) => at(offset, length)),
    number.map(inserted),
  );
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1 }), (segments) => {
      t.deepEqual(parseSegments(formatSegments(segments)), segments);
    }),
  );
});

test('no text makes the parser do anything but give segments that format to it, or IMAGE_NOT_CHECKPOINT', (t) => {
  const text = fc.string({ unit: fc.constantFrom('0', '1', '9', '+', '~', ',', '-', ' ', 'e', '.') });
  fc.assert(
    fc.property(text, (candidate) => {
      try {
        t.is(formatSegments(parseSegments(candidate)), candidate);
      } catch (error) {
        t.like(error, { code: 'IMAGE_NOT_CHECKPOINT' });
      }
    }),
    { numRuns: 2000 },
  );
});

const refused = test.macro<[string]>({
  exec: (t, text: string) => {
    t.throws(() => parseSegments(text), { code: 'IMAGE_NOT_CHECKPOINT' });
  },
  title: (_, text) => `the segments ${JSON.stringify(text).replaceAll(' ', '␠')} are refused`,
});
for (const text of [
  '',
  ',',
  '0',
  '0+',
  '+5',
  '0+0',
  '~0',
  '~',
  '~-5',
  '-1+5',
  '00+5',
  '0+05',
  '0+5,',
  '0+5 ',
  ' 0+5',
  '0+5\n',
  '0+5;5+5',
  '0x0+5',
  '0+1e3',
  '0+5.0',
  '~1+5',
  '9007199254740991+1',
  '~9007199254740992',
  '~9007199254740991,~9007199254740991',
  '99999999999999999999+1',
]) {
  test(refused, text);
}

test('layers that hold each byte of the archive once are whole', (t) => {
  t.notThrows(() => assertWhole([[at(0, 100)]], 100));
  t.notThrows(() =>
    assertWhole(
      [
        [at(0, 10), at(90, 10), inserted(4)],
        [inserted(5), at(10, 80)],
      ],
      100,
    ),
  );
});

const broken = test.macro<[Segment[][], number, RegExp]>({
  exec: (t, layers: Segment[][], size: number, why: RegExp) => {
    t.throws(() => assertWhole(layers, size), { code: 'IMAGE_NOT_CHECKPOINT', message: why });
  },
  title: (_, layers, size) =>
    `${layers.map(formatSegments).join(' and ') || 'no layer'} make no archive of ${size} bytes`,
});
test(broken, [], 100, /0 bytes of an archive of 100/);
test(broken, [[inserted(100)]], 100, /0 bytes of an archive of 100/);
test(broken, [[at(0, 99)]], 100, /99 bytes of an archive of 100/);
test(broken, [[at(0, 101)]], 100, /101 bytes of an archive of 100/);
test(broken, [[at(1, 99)]], 100, /byte 0 is missing/);
test(broken, [[at(0, 50)], [at(51, 49)]], 100, /byte 50 is missing/);
test(broken, [[at(0, 50)], [at(49, 51)]], 100, /byte 49 is there twice/);
test(broken, [[at(0, 100)], [at(0, 100)]], 100, /byte 0 is there twice/);
test(broken, [[at(50, 50), at(0, 50)]], 100, /byte 0 comes behind byte 99/);
test(broken, [[at(0, 50), at(49, 51)]], 100, /byte 49 comes behind/);
