import { createHash } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { tagFor } from '../../src/builder/tag.ts';
import { isTag } from '../../src/oci/reference.ts';
import { FIXTURES } from '../helpers/fixtures.ts';

const hashOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 16);

test('the names that engines write on shared storage stay as they are', (t) => {
  for (const path of Object.values(FIXTURES)) {
    const file = path.slice(path.lastIndexOf('/') + 1);
    t.is(tagFor(file), file.replace(/\.tar(\.gz|\.zst)?$/, ''));
  }
});

const stays = test.macro<[string, string]>({
  exec: (t, file: string, tag: string) => t.is(tagFor(file), tag),
  title: (_, file, tag) => `${file} has the tag ${tag}`,
});
for (const ending of ['tar', 'tar.gz', 'tar.zst', 'tar.zstd', 'tgz', 'tzst']) test(stays, `web.${ending}`, 'web');
test(stays, 'web', 'web');
test(stays, 'web.tar.tar', 'web.tar');
test(stays, 'Web-1.2_3.tar', 'Web-1.2_3');
test(stays, `${'a'.repeat(128)}.tar`, 'a'.repeat(128));
test(stays, 'web-0123456789abcdeF.tar', 'web-0123456789abcdeF');
test(stays, 'web-0123456789abcde.tar', 'web-0123456789abcde');

const hashed = test.macro<[string, string]>({
  exec: (t, name: string, prefix: string) => {
    t.is(tagFor(`${name}.tar`), `${prefix}-${hashOf(name)}`);
    t.true(isTag(tagFor(`${name}.tar`)));
  },
  title: (_, name) => `"${name.slice(0, 40)}" gets 16 hex digits of its hash`,
});
test(hashed, 'checkpoint-web_default-c-2026-11-22T06:58:28Z', 'checkpoint-web_default-c-2026-11-22T06_58_28Z');
test(hashed, 'checkpoint-2026-11-22T06:58:28+01:00', 'checkpoint-2026-11-22T06_58_28_01_00');
test(hashed, '.hidden', '_hidden');
test(hashed, '-dash', '_dash');
test(hashed, '', '_');
test(hashed, 'web-0123456789abcdef', 'web-0123456789abcdef');
test(hashed, 'snö🐘', 'sn__');
test(hashed, 'a'.repeat(129), 'a'.repeat(111));

const apart = test.macro<[string, string]>({
  exec: (t, one: string, two: string) => t.not(tagFor(`${one}.tar`), tagFor(`${two}.tar`)),
  title: (_, one, two) => `"${one.slice(0, 30)}" (${one.length}) and "${two.slice(0, 30)}" (${two.length}) never meet`,
});
test(apart, 'web:1', 'web_1');
test(apart, 'web:1', 'web+1');
test(apart, 'web:1', tagFor('web:1.tar'));
test(apart, 'web:1', tagFor(`${tagFor('web:1.tar')}.tar`));
test(apart, `${'a'.repeat(128)}b`, `${'a'.repeat(128)}c`);
test(apart, 'a'.repeat(128), 'a'.repeat(129));
test(apart, 'Web', 'web');
test(apart, 'Web:', 'web:');
test(apart, '.web', '-web');
test(apart, '.web', '_web');
test(apart, '', '_');

test('any name gives a legal tag, and two names never the same one', (t) => {
  const character = fc.constantFrom('a', 'A', '0', 'f', '-', '.', '_', ':', '+', '/', ' ', 'é');
  const name = fc.string({ unit: character, maxLength: 140 }).filter((text) => !/\.(tar|tgz|tzst)/.test(text));
  const rehashed = name.map((text) => tagFor(`${text}.tar`));
  const any = fc.oneof(name, rehashed);
  fc.assert(
    fc.property(any, any, (one, two) => {
      t.true(isTag(tagFor(`${one}.tar`)));
      t.is(tagFor(`${one}.tar`) === tagFor(`${two}.tar`), one === two);
    }),
    { numRuns: 2000 },
  );
});
