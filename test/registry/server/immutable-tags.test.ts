import test from 'ava';
import { digestOf } from '../../../src/oci/digest.ts';
import { MANIFEST } from '../../../src/oci/media-types.ts';
import { startRegistry } from '../../../src/registry/server/serve.ts';
import { call } from '../../helpers/call.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { EMPTY, imageManifest } from '../../helpers/pushes.ts';

test('a push that would move an immutable tag is DENIED, and says what the tag names', async (t) => {
  const registry = await startRegistry({ root: await temporaryFolder(t), immutable: ['v*'] });
  t.teardown(() => registry.close());
  const send = `POST /v2/a/blobs/uploads/?digest=${digestOf(EMPTY)}`;
  t.is((await call(registry.url, { send, body: EMPTY })).status, 201);
  const put = (reference: string, annotations: object) =>
    call(registry.url, {
      send: `PUT /v2/a/manifests/${reference}`,
      headers: { 'Content-Type': MANIFEST },
      body: imageManifest([], { annotations }),
    });
  t.is((await put('v1', { a: '1' })).status, 201);
  const { status, body } = await put('v1', { a: '2' });
  t.is(status, 403);
  const { errors } = JSON.parse(body.toString());
  t.like(errors, [
    { code: 'DENIED', detail: { tag: 'v1', taken: digestOf(imageManifest([], { annotations: { a: '1' } })) } },
  ]);
  t.is((await put('v1', { a: '1' })).status, 201, 'the same again');
  t.is((await put('latest', { a: '1' })).status, 201);
  t.is((await put('latest', { a: '2' })).status, 201);
});
