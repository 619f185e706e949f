import test from 'ava';
import fc from 'fast-check';
import * as v from 'valibot';
import { parseDump } from '../../../src/checkpoint/dumps/json.ts';
import { MAX_DUMP_BYTES } from '../../../src/checkpoint/limits.ts';
import { object, textMap } from '../../../src/checkpoint/schema/shapes.ts';
import { ThawError } from '../../../src/errors.ts';
import { throwsCode } from '../../helpers/throws.ts';

const Schema = object({
  name: v.string(),
  list: v.exactOptional(v.array(object({ source: v.string() }))),
  map: v.exactOptional(textMap()),
});

function parse(text: string | Uint8Array): unknown {
  return parseDump('a.dump', Buffer.from(text), Schema);
}

test('fields that the schema does not name are left alone', (t) => {
  t.deepEqual(parse('{"name":"a","more":{"x":[1,null,{"y":2}]}}'), {
    name: 'a',
    more: { x: [1, null, { y: 2 }] },
  } as unknown);
});

test('null stands for an absent field', (t) => {
  t.deepEqual(parse('{"name":"a","list":null,"map":null}'), { name: 'a' } as unknown);
});

const WRONG: readonly (readonly [title: string, text: string, where: string, what: RegExp])[] = [
  ['an empty file', '', 'character 0', /no JSON/],
  ['a text that ends too early', '{"name":"secret', 'character 15', /no JSON/],
  ['a word that is none', '{"name": secret}', 'character 9', /no JSON/],
  ['a comma too many', '{"name":"a",}', 'character 12', /no JSON/],
  ['text behind the value', '{"name":"a"} secret', 'character 13', /no JSON/],
  ['a byte order mark', '\uFEFF{"name":"a"}', 'character 0', /no JSON/],
  ['a value that is no object', '["secret"]', '/', /must be object/],
  ['null', 'null', '/', /must be object/],
  ['a missing field', '{"nam":"secret"}', '/', /required properties name/],
  ['a field of another type', '{"name":["secret"]}', '/name', /must be string/],
  [
    'a wrong field inside a list',
    '{"name":"a","list":[{"source":"b"},{"source":7}]}',
    '/list/1/source',
    /must be string/,
  ],
  ['null inside a list', '{"name":"a","list":[null]}', '/list/0', /must be object/],
  ['a wrong value in a map', '{"name":"a","map":{"k":{}}}', '/map/k', /must be string/],
  ['a field that stands twice', '{"name":"a","map":{"x":"1"},"map":{}}', '/', /stands twice/],
  ['a field that stands twice in an unread object', '{"name":"a","z":{"b":1,"b":2}}', '/', /stands twice/],
  ['a field that stands twice, once escaped', '{"name":"a","\\u006eame":"b"}', '/', /stands twice/],
  ['a field that stands twice, once as null', '{"name":null,"name":"a"}', '/', /stands twice/],
  ['a name in another case', '{"name":"a","Name":"b"}', '/Name', /only in its case/],
  ['a name with a long s', '{"name":"a","li\u017Ft":[]}', '/li\u017Ft', /only in its case/],
  [
    'a name in another case inside a list',
    '{"name":"a","list":[{"source":"b","SOURCE":"c"}]}',
    '/list/0/SOURCE',
    /only in its case/,
  ],
];

for (const [title, text, where, what] of WRONG) {
  test(`${title} is refused where it stands, without its content`, async (t) => {
    const error = await throwsCode(t, 'DUMP_INVALID', () => parse(text));
    t.is(error?.facts['file'], 'a.dump');
    t.is(error?.facts['where'], where);
    t.regex(String(error?.facts['what']), what);
    t.notRegex(`${error?.message} ${error?.cause}`, /secret/);
  });
}

test('keys of a map may differ in their case only', (t) => {
  t.deepEqual(parse('{"name":"a","map":{"k":"1","K":"2"}}'), { name: 'a', map: { k: '1', K: '2' } } as unknown);
});

test('colons, quotes and backslashes inside strings are no fields', (t) => {
  const map = { 'a":"b': '\\":', '\\': '":"', __proto__x: '{"name":"b"}' };
  t.deepEqual(parse(JSON.stringify({ name: 'a', map })), { name: 'a', map } as unknown);
});

test('bytes that are no UTF-8 are refused', async (t) => {
  await throwsCode(t, 'DUMP_INVALID', () => parse(Buffer.from([0x22, 0xff, 0x22])));
});

test('a dump beyond the limit is refused unread', async (t) => {
  const error = await throwsCode(t, 'DUMP_TOO_LARGE', () => parse(Buffer.alloc(MAX_DUMP_BYTES + 1)));
  t.deepEqual(error?.facts, { file: 'a.dump', size: MAX_DUMP_BYTES + 1, limit: MAX_DUMP_BYTES });
});

test('nesting deeper than any call stack is no trouble', (t) => {
  const depth = 200_000;
  const text = `{"name":"a","deep":${'['.repeat(depth)}{"x":1}${']'.repeat(depth)}}`;
  t.is((parse(text) as { name: string }).name, 'a');
});

test('any JSON value is either of the shape or DUMP_INVALID', (t) => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      try {
        return typeof (parse(text) as { name: unknown }).name === 'string';
      } catch (error) {
        return error instanceof ThawError && error.code === 'DUMP_INVALID';
      }
    }),
  );
  t.pass();
});

test('any valid JSON with distinct fields of other names is taken', (t) => {
  fc.assert(fc.property(fc.jsonValue(), (more) => parse(JSON.stringify({ name: 'a', more })) !== undefined));
  t.pass();
});
