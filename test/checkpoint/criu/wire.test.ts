import test from 'ava';
import fc from 'fast-check';
import { WireReader } from '../../../src/checkpoint/criu/wire.ts';
import { ThawError } from '../../../src/errors.ts';
import { message, varint } from '../../helpers/criu-image.ts';
import { throwsCode } from '../../helpers/throws.ts';

/** Every field with its number or the hex digits of its bytes. */
function fieldsOf(bytes: Uint8Array): (readonly [field: number, value: number | string])[] {
  const reader = new WireReader('x.img', bytes, 0, bytes.length);
  const fields: (readonly [number, number | string])[] = [];
  while (reader.next()) {
    const content = Buffer.from(bytes.subarray(reader.start, reader.end)).toString('hex');
    fields.push([reader.field, reader.type === 0 ? reader.value : content]);
  }
  return fields;
}

test('fields of every wire type are read or stepped over', (t) => {
  const fixed = Buffer.from('19' + '0102030405060708' + '25' + '0a0b0c0d', 'hex');
  const bytes = Buffer.concat([message([1, 300], [2, Buffer.from('ab')]), fixed, message([1000, 0])]);
  t.deepEqual(fieldsOf(bytes), [
    [1, 300],
    [2, '6162'],
    [3, '0102030405060708'],
    [4, '0a0b0c0d'],
    [1000, 0],
  ]);
});

test('an empty message has no field', (t) => {
  t.deepEqual(fieldsOf(Buffer.alloc(0)), []);
});

const DAMAGED: readonly (readonly [title: string, hex: string, offset: number, what: RegExp])[] = [
  ['a number cut short', '0880', 2, /runs over the end/],
  ['a number of eleven bytes', `08${'80'.repeat(10)}01`, 11, /more than ten bytes/],
  ['a field with the number 0', '0001', 0, /number 0/],
  ['a group', '0b', 0, /wire type 3/],
  ['wire type 7', '080137', 2, /wire type 7/],
  ['bytes that run over the end', '0a0501', 2, /5 bytes runs over/],
  ['bytes of an absurd length', '0affffffffffffffff7f', 10, /runs over/],
  ['a fixed number cut short', '0d0102', 1, /4 bytes runs over/],
];

for (const [title, hex, offset, what] of DAMAGED) {
  test(`${title} is refused with its offset`, async (t) => {
    const error = await throwsCode(t, 'CRIU_IMAGE_INVALID', () => fieldsOf(Buffer.from(hex, 'hex')));
    t.is(error?.facts['image'], 'x.img');
    t.is(error?.facts['offset'], offset);
    t.regex(String(error?.facts['what']), what);
  });
}

test('whole numbers up to 2^53 - 1 are read exactly', (t) => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      const bytes = Buffer.concat([varint(8), varint(value)]);
      return fieldsOf(bytes)[0]?.[1] === value;
    }),
  );
  t.pass();
});

test('random bytes end in fields or in CRIU_IMAGE_INVALID', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        return fieldsOf(bytes).length <= bytes.length;
      } catch (error) {
        return error instanceof ThawError && error.code === 'CRIU_IMAGE_INVALID';
      }
    }),
    { numRuns: 1_000 },
  );
  t.pass();
});
