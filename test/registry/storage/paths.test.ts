import { relative } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { isThawError } from '../../../src/errors.ts';
import type { Digest } from '../../../src/oci/digest.ts';
import { isSessionId, StoragePaths } from '../../../src/registry/storage/paths.ts';

const paths = new StoragePaths('/root');
const HEX = 'ab'.repeat(32);
const DIGEST: Digest = `sha256:${HEX}`;
const UUID = '01234567-89ab-4cde-8f01-23456789abcd';
const V2 = '/root/docker/registry/v2';

const DRAWN: readonly [string, string][] = [
  [paths.blobData(DIGEST), `${V2}/blobs/sha256/ab/${HEX}/data`],
  [paths.blobData(`sha512:${HEX}${HEX}`), `${V2}/blobs/sha512/ab/${HEX}${HEX}/data`],
  [paths.layerLink('a/b', DIGEST), `${V2}/repositories/a/b/_layers/sha256/${HEX}/link`],
  [paths.revisionLink('a', DIGEST), `${V2}/repositories/a/_manifests/revisions/sha256/${HEX}/link`],
  [paths.mediaType('a', DIGEST), `${V2}/repositories/a/_manifests/revisions/sha256/${HEX}/mediatype`],
  [paths.tagCurrent('a', 'v1'), `${V2}/repositories/a/_manifests/tags/v1/current/link`],
  [paths.tagIndex('a', 'v1', DIGEST), `${V2}/repositories/a/_manifests/tags/v1/index/sha256/${HEX}/link`],
  [paths.referrerLink('a', DIGEST, DIGEST), `${V2}/repositories/a/_referrers/sha256/${HEX}/sha256/${HEX}/link`],
  [paths.uploadData('a', UUID), `${V2}/repositories/a/_uploads/${UUID}/data`],
];

test('paths are those of the tree that is drawn', (t) => {
  for (const [path, drawn] of DRAWN) t.is(path, drawn);
});

const text = fc.oneof(
  fc.constantFrom(
    '..',
    '../x',
    '/etc',
    '_layers',
    'a/../b',
    'a//b',
    'a/_uploads/b',
    '',
    '.',
    '\0',
    'a\n',
    'A',
    'sha256:',
    UUID,
  ),
  fc.string({ maxLength: 80 }),
);

test('no text leaves the root, or becomes a path that is not drawn', (t) => {
  const makers: ((input: string) => string)[] = [
    (input) => paths.blobData(input as Digest),
    (input) => paths.layerLink(input, DIGEST),
    (input) => paths.layerLink('a', input as Digest),
    (input) => paths.tagCurrent('a', input),
    (input) => paths.tagIndex(input, 'v1', DIGEST),
    (input) => paths.upload('a', input),
    (input) => paths.referrers('a', input as Digest),
  ];
  let made = 0;
  fc.assert(
    fc.property(fc.constantFrom(...makers), text, (make, input) => {
      try {
        const inside = relative(V2, make(input));
        made += 1;
        return !inside.startsWith('..') && !inside.split('/').includes('..');
      } catch (error) {
        return isThawError(error, 'REFERENCE_INVALID');
      }
    }),
    { numRuns: 5000 },
  );
  t.true(made > 20);
});

for (const [id, is] of [
  [UUID, true],
  [UUID.toUpperCase(), false],
  [`${UUID}/`, false],
  [`${UUID}\n`, false],
  ['..', false],
] as const) {
  test(`${JSON.stringify(id)} is ${is ? 'a' : 'no'} session id`, (t) => t.is(isSessionId(id), is));
}
