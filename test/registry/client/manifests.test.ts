import test from 'ava';
import { digestOf } from '../../../src/oci/digest.ts';
import { INDEX, MANIFEST } from '../../../src/oci/media-types.ts';
import { LONGEST_MANIFEST } from '../../../src/registry/client/manifests.ts';
import { type Faults, refuse, startFakeRegistry } from '../../helpers/fake-registry.ts';
import { openClient } from '../../helpers/registry-client.ts';
import { throwsCode } from '../../helpers/throws.ts';

const BYTES = Buffer.from('{"schemaVersion":2, "layers":[]}');
const DIGEST = digestOf(BYTES);
const OTHER = Buffer.from('{"schemaVersion":2}');

test('a manifest comes back byte for byte by its tag and by its digest', async (t) => {
  const client = await openClient(t, await startFakeRegistry(t));
  t.is(await client.putManifest({ bytes: BYTES, mediaType: MANIFEST, tag: 'a' }), DIGEST);
  const stored = { digest: DIGEST, mediaType: MANIFEST, bytes: BYTES };
  t.deepEqual(await client.getManifest('a'), stored);
  t.deepEqual(await client.getManifest(DIGEST), stored);
});

test('a manifest without a tag is stored under its digest', async (t) => {
  const fake = await startFakeRegistry(t);
  const client = await openClient(t, fake);
  await client.putManifest({ bytes: BYTES, mediaType: INDEX });
  t.deepEqual(fake.requests, [`PUT /v2/checkpoints/manifests/${DIGEST}`]);
});

test('a manifest that is not there is undefined', async (t) => {
  const client = await openClient(t, await startFakeRegistry(t));
  t.is(await client.getManifest('a'), undefined);
  t.is(await client.getManifest(DIGEST), undefined);
});

test('a tag that names another digest is not moved', async (t) => {
  const fake = await startFakeRegistry(t);
  const client = await openClient(t, fake);
  await client.putManifest({ bytes: BYTES, mediaType: MANIFEST, tag: 'a' });
  const error = await throwsCode(t, 'TAG_TAKEN', () =>
    client.putManifest({ bytes: OTHER, mediaType: MANIFEST, tag: 'a' }),
  );
  t.like(error?.facts, { tag: 'a', wanted: digestOf(OTHER), found: DIGEST });
  t.deepEqual(fake.manifests.get('a')?.bytes, BYTES);
});

test('a tag that names another digest is moved when that is asked for', async (t) => {
  const fake = await startFakeRegistry(t);
  const client = await openClient(t, fake);
  await client.putManifest({ bytes: BYTES, mediaType: MANIFEST, tag: 'a' });
  await client.putManifest({ bytes: OTHER, mediaType: MANIFEST, tag: 'a', replace: true });
  t.deepEqual(fake.manifests.get('a')?.bytes, OTHER);
});

test('a tag that names the digest already is left alone', async (t) => {
  const fake = await startFakeRegistry(t);
  const client = await openClient(t, fake);
  await client.putManifest({ bytes: BYTES, mediaType: MANIFEST, tag: 'a' });
  t.is(await client.putManifest({ bytes: BYTES, mediaType: MANIFEST, tag: 'a' }), DIGEST);
  t.is(fake.requests.filter((line) => line.startsWith('PUT')).length, 1);
});

test('a tag is compared by its bytes where HEAD does not tell the digest', async (t) => {
  const fake = await startFakeRegistry(t, {
    intercept: (request, response) => request.method === 'HEAD' && response.writeHead(200).end(),
  });
  fake.manifests.set('a', { mediaType: MANIFEST, bytes: OTHER });
  const client = await openClient(t, fake);
  const error = await throwsCode(t, 'TAG_TAKEN', () =>
    client.putManifest({ bytes: BYTES, mediaType: MANIFEST, tag: 'a' }),
  );
  t.is(error?.facts['found'], digestOf(OTHER));
});

test('OCI and Docker manifests are asked for', async (t) => {
  const accepts: (string | undefined)[] = [];
  const fake = await startFakeRegistry(t, { intercept: (request) => void accepts.push(request.headers.accept) });
  await (await openClient(t, fake)).getManifest('a');
  t.regex(accepts[0] ?? '', /oci\.image\.manifest\.v1\+json.*oci\.image\.index.*docker.*v2\+json.*list\.v2/);
});

const ANSWERS: readonly [string, 'DIGEST_MISMATCH' | 'REGISTRY_PROTOCOL', string, Faults['intercept']][] = [
  ['other bytes than the digest asked for', 'DIGEST_MISMATCH', DIGEST, answer({}, OTHER)],
  [
    'other bytes than it says itself',
    'DIGEST_MISMATCH',
    'tag',
    answer({ 'docker-content-digest': digestOf(OTHER) }, BYTES),
  ],
  ['more than 4 MiB', 'REGISTRY_PROTOCOL', 'tag', answer({}, Buffer.alloc(LONGEST_MANIFEST + 1))],
  ['no media type', 'REGISTRY_PROTOCOL', 'tag', answer({ 'content-type': 'text/plain' }, Buffer.from('hello'))],
];

for (const [what, code, reference, intercept] of ANSWERS) {
  test(`a registry that sends ${what} for a manifest is ${code}`, async (t) => {
    const fake = await startFakeRegistry(t, intercept === undefined ? {} : { intercept });
    await throwsCode(t, code, async () => (await openClient(t, fake)).getManifest(reference));
  });
}

test('the media type comes from the manifest where the registry does not know it', async (t) => {
  const bytes = Buffer.from(JSON.stringify({ mediaType: MANIFEST }));
  const intercept = answer({ 'content-type': 'application/json; charset=utf-8' }, bytes);
  const fake = await startFakeRegistry(t, intercept === undefined ? {} : { intercept });
  t.is((await (await openClient(t, fake)).getManifest('a'))?.mediaType, MANIFEST);
});

test('a registry that says it stored another manifest is DIGEST_MISMATCH', async (t) => {
  const fake = await startFakeRegistry(t, { answeredDigest: digestOf(OTHER) });
  const client = await openClient(t, fake);
  await throwsCode(t, 'DIGEST_MISMATCH', () => client.putManifest({ bytes: BYTES, mediaType: MANIFEST, tag: 'a' }));
});

test('a manifest whose blobs are missing is refused with the registry’s own words, and no tag is left', async (t) => {
  const fake = await startFakeRegistry(t, {
    intercept: (request, response) => request.method === 'PUT' && refuse(response, 404, 'MANIFEST_BLOB_UNKNOWN'),
  });
  const client = await openClient(t, fake);
  const error = await throwsCode(t, 'REGISTRY_REFUSED', () =>
    client.putManifest({ bytes: BYTES, mediaType: MANIFEST, tag: 'a' }),
  );
  t.is(error?.facts['registryCode'], 'MANIFEST_BLOB_UNKNOWN');
  t.is(fake.manifests.size, 0);
});

test('a manifest that breaks off is asked for again', async (t) => {
  let broken = false;
  const fake = await startFakeRegistry(t, {
    intercept: (request, response) => {
      if (broken) return false;
      broken = true;
      response.writeHead(200, { 'content-length': BYTES.byteLength });
      return response.write(BYTES.subarray(0, 4), () => request.socket.destroy());
    },
  });
  fake.manifests.set('a', { mediaType: MANIFEST, bytes: BYTES });
  t.deepEqual((await (await openClient(t, fake)).getManifest('a'))?.bytes, BYTES);
});

function answer(headers: Record<string, string>, bytes: Buffer): Faults['intercept'] {
  return (_, response) => response.writeHead(200, { 'content-type': MANIFEST, ...headers }).end(bytes);
}
