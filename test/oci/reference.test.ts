import test from 'ava';
import fc from 'fast-check';
import { formatReference, isRepository, isTag, parseReference } from '../../src/oci/reference.ts';

const HEX = 'a'.repeat(64);

const legal = test.macro({
  exec(t, text: string, parts: object) {
    t.deepEqual(parseReference(text) as object, parts);
    t.is(formatReference(parseReference(text)), text);
  },
  title: (_, text: string) => `"${text}" is a reference`,
});

test(legal, 'checkpoint-registry.local/checkpoints:web-1', {
  registry: 'checkpoint-registry.local',
  repository: 'checkpoints',
  tag: 'web-1',
});
test(legal, 'localhost/a', { registry: 'localhost', repository: 'a' });
test(legal, '127.0.0.1:5000/a/b__c/d-e:T_1', { registry: '127.0.0.1:5000', repository: 'a/b__c/d-e', tag: 'T_1' });
test(legal, '[::1]:5000/a:x', { registry: '[::1]:5000', repository: 'a', tag: 'x' });
test(legal, `r.local/a@sha256:${HEX}`, { registry: 'r.local', repository: 'a', digest: `sha256:${HEX}` });
test(legal, `r.local/a:t@sha512:${HEX}${HEX}`, {
  registry: 'r.local',
  repository: 'a',
  tag: 't',
  digest: `sha512:${HEX}${HEX}`,
});

const illegal = test.macro({
  exec(t, text: string, why: RegExp) {
    t.throws(() => parseReference(text), { code: 'REFERENCE_INVALID', message: why });
  },
  title: (_, text: string) => `${JSON.stringify(text.slice(0, 60))} is no reference, and the error says why`,
});

test(illegal, '', /does not begin with a registry host/);
test(illegal, 'checkpoints:web', /does not begin with a registry host/);
test(illegal, 'library/nginx', /does not begin with a registry host/);
test(illegal, 'r.local/', /"" is no repository name/);
test(illegal, 'r.local/UPPER', /"UPPER" is no repository name/);
test(illegal, 'r.local/a..b', /no repository name/);
test(illegal, 'r.local/../etc', /no repository name/);
test(illegal, `r.local/${'a'.repeat(256)}`, /no repository name/);
test(illegal, 'r.local/a:', /"" is no tag/);
test(illegal, `r.local/a:${'t'.repeat(129)}`, /is no tag/);
test(illegal, 'r.local/a:-t', /"-t" is no tag/);
test(illegal, 'r.local/a@sha256:abc', /"sha256:abc" is no digest/);
test(illegal, `r.local/a@sha256:${'A'.repeat(64)}`, /is no digest/);
test(illegal, `r.local/a@md5:${HEX}`, /is no digest/);
test(illegal, 'r.local:99999/a', /no registry host/);
test(illegal, '-x.local/a', /no registry host/);
test(illegal, 'http://r.local/a', /no registry host/);
test(illegal, 'user@r.local/a', /no registry host/);

test('any text is either a reference that gives itself back, or a REFERENCE_INVALID', (t) => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (text) => {
      try {
        return formatReference(parseReference(text)) === text;
      } catch (error) {
        return (error as { code?: string }).code === 'REFERENCE_INVALID';
      }
    }),
    { numRuns: 2000 },
  );
  t.pass();
});

test('a name that climbs or hides is no repository and no tag', (t) => {
  for (const name of ['..', '.', 'a/../b', '/a', 'a/', 'a//b', '_uploads', 'a/_layers', 'a\0b', 'a\nb', '%2e%2e']) {
    t.false(isRepository(name), name);
  }
  for (const tag of ['', '.', '..', 'a/b', '-a', 'a b', 'a\n', 'ä']) t.false(isTag(tag), tag);
});
