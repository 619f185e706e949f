import test from 'ava';
import { digestOf } from '../../../src/oci/digest.ts';
import { CONFIG, INDEX, MANIFEST } from '../../../src/oci/media-types.ts';
import { readManifest } from '../../../src/registry/storage/manifest-content.ts';
import { EMPTY, imageManifest } from '../../helpers/pushes.ts';

test('a manifest tells its blobs, once for each descriptor', (t) => {
  t.like(readManifest(imageManifest(['one', 'two'])), {
    mediaType: MANIFEST,
    saysMediaType: true,
    blobs: [digestOf(EMPTY), digestOf('one'), digestOf('two')],
    manifests: [],
    artifactType: CONFIG,
  });
});

test('an index tells its manifests, and its artifact type only where it has one', (t) => {
  const index = { schemaVersion: 2, manifests: [{ digest: digestOf('x') }], artifactType: '' };
  const content = readManifest(Buffer.from(JSON.stringify(index)));
  t.like(content, { mediaType: INDEX, saysMediaType: false, blobs: [], manifests: [digestOf('x')] });
  t.is(typeof content === 'object' ? content.artifactType : '', undefined);
});

test('a manifest of no known shape has no media type', (t) => {
  t.like(readManifest(Buffer.from('{"schemaVersion":2}')), { mediaType: undefined, blobs: [], manifests: [] });
});

for (const [bytes, why] of [
  ['', 'it is no JSON'],
  ['null', 'it is no JSON object'],
  ['{"schemaVersion":"2"}', 'its schemaVersion is "2", not 2'],
  ['{"schemaVersion":2,"manifests":[{"digest":"md5:x"}]}', 'number 0 of its manifests has no digest'],
  ['{"schemaVersion":2,"layers":"x"}', 'its layers are no list'],
  ['{"schemaVersion":2,"subject":[]}', 'its subject has no digest'],
] as const) {
  test(`${JSON.stringify(bytes)}: ${why}`, (t) => t.is(readManifest(Buffer.from(bytes)), why));
}
