import test from 'ava';
import fc from 'fast-check';
import * as v from 'valibot';
import { conform } from '../../../src/checkpoint/schema/conform.ts';
import { object, textMap } from '../../../src/checkpoint/schema/shapes.ts';
import { isDigest } from '../../../src/oci/digest.ts';

const Schema = object({
  text: v.exactOptional(v.pipe(v.string(), v.regex(/^a$/))),
  name: v.exactOptional(v.pipe(v.string(), v.nonEmpty('must not be empty'))),
  number: v.exactOptional(v.pipe(v.number(), v.safeInteger('must be a whole number'), v.minValue(0))),
  flag: v.exactOptional(v.boolean()),
  two: v.exactOptional(v.literal(2)),
  digest: v.exactOptional(v.pipe(v.string(), v.guard(isDigest, 'must be a digest'))),
  list: v.exactOptional(v.array(object({ source: v.string() }))),
  map: v.exactOptional(textMap()),
});

function wrongAt(value: unknown): string | undefined {
  try {
    conform(Schema, value, (where, what) => new Error(`${where} ${what}`));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'no error';
  }
}

const WRONG: Readonly<Record<string, string>> = {
  '"secret"': '/ must be object',
  null: '/ must be object',
  '[]': '/ must be object',
  '{"text":"secret"}': '/text must be /^a$/',
  '{"text":7}': '/text must be string',
  '{"name":""}': '/name must not be empty',
  '{"number":1.5}': '/number must be a whole number',
  '{"number":1e999}': '/number must be a whole number',
  '{"number":-1}': '/number must be >=0',
  '{"flag":"secret"}': '/flag must be boolean',
  '{"two":3}': '/two must be 2',
  '{"digest":"secret"}': '/digest must be a digest',
  '{"list":{"0":"secret"}}': '/list must be array',
  '{"list":[{"source":"a"},{}]}': '/list/1 must have required properties source',
  '{"list":[[]]}': '/list/0 must be object',
  '{"map":["secret"]}': '/map must be object',
  '{"map":{"a":{"secret":1}}}': '/map/a must be string',
  '{"map":{"a/b~c":1}}': '/map/a~1b~0c must be string',
  '{"map":{"\\u001b[2J":1}}': '/map/\\u001b[2J must be string',
  '{"map":{"__proto__":1}}': '/map must be object of strings',
  '{"map":{"constructor":1}}': '/map must be object of strings',
  '{"map":{"prototype":1}}': '/map must be object of strings',
};

for (const [json, message] of Object.entries(WRONG)) {
  test(`${json} is refused as "${message}"`, (t) => {
    t.is(wrongAt(JSON.parse(json)), message);
  });
}

test('only the first wrong field is told', (t) => {
  t.is(wrongAt({ two: 3, flag: 'x', list: [{}, {}] }), '/flag must be boolean');
});

test('the value that conforms is given as it is, with what the schema does not name', (t) => {
  const value = JSON.parse('{"map":{"constructor":"a","__proto__":"b"},"more":{"deep":[1]},"__proto__":7}');
  t.is(
    conform(Schema, value, () => new Error('refused')),
    value,
  );
  t.deepEqual(Object.keys(value), ['map', 'more', '__proto__']);
});

test('a pointer is cut to a readable length', (t) => {
  t.is(wrongAt({ map: { ['k'.repeat(10_000)]: 1 } })?.length, 199 + ' must be string'.length);
});

test('no message quotes what stands in a field, whatever its type', (t) => {
  const secret = fc.oneof(
    fc.constant('secret'),
    fc.constant(['secret']),
    fc.constant({ source: { secret: 'secret' }, a: 'secret' }),
  );
  const keys = fc.constantFrom('text', 'number', 'flag', 'two', 'digest');
  fc.assert(fc.property(keys, secret, (key, value) => wrongAt({ [key]: value })?.includes('secret') === false));
  t.pass();
});
