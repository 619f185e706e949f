import test from 'ava';
import { MANIFEST } from '../../../src/oci/media-types.ts';
import { MOST_PAGES } from '../../../src/registry/client/tags.ts';
import { json, startFakeRegistry } from '../../helpers/fake-registry.ts';
import { openClient } from '../../helpers/registry-client.ts';
import { throwsCode } from '../../helpers/throws.ts';

test('the tags of a repository are listed', async (t) => {
  const client = await openClient(t, await startFakeRegistry(t));
  await client.putManifest({ bytes: Buffer.from('{}'), mediaType: MANIFEST, tag: 'b' });
  await client.putManifest({ bytes: Buffer.from('{}'), mediaType: MANIFEST, tag: 'a' });
  t.deepEqual(await client.listTags(), ['a', 'b']);
});

test('a repository that is not there has no tags', async (t) => {
  const fake = await startFakeRegistry(t, { intercept: (_, response) => response.writeHead(404).end() });
  t.deepEqual(await (await openClient(t, fake)).listTags(), []);
});

test('a repository whose tags are null has none', async (t) => {
  const fake = await startFakeRegistry(t, { intercept: (_, response) => json(response, 200, { tags: null }) });
  t.deepEqual(await (await openClient(t, fake)).listTags(), []);
});

test('tags are read over all pages', async (t) => {
  const fake = await startFakeRegistry(t, {
    intercept: ({ url }, response) =>
      url?.includes('last=')
        ? json(response, 200, { tags: ['b'] })
        : json(response, 200, { tags: ['a'] }, { link: '</v2/checkpoints/tags/list?last=a&n=1>; rel="next"' }),
  });
  t.deepEqual(await (await openClient(t, fake)).listTags(), ['a', 'b']);
});

const LISTS = [
  ['is no JSON', '<html>', {}],
  ['holds other things than tags', '{"tags":[1]}', {}],
  ['goes on elsewhere', '{"tags":[]}', { link: '<https://example.com/>; rel="next"' }],
] as const;

for (const [what, body, headers] of LISTS) {
  test(`a list of tags that ${what} is REGISTRY_PROTOCOL`, async (t) => {
    const fake = await startFakeRegistry(t, { intercept: (_, response) => response.writeHead(200, headers).end(body) });
    await throwsCode(t, 'REGISTRY_PROTOCOL', async () => (await openClient(t, fake)).listTags());
  });
}

test('a list of tags that does not end is REGISTRY_PROTOCOL', async (t) => {
  const link = '</v2/checkpoints/tags/list?last=a>; rel="next"';
  const fake = await startFakeRegistry(t, { intercept: (_, response) => json(response, 200, { tags: [] }, { link }) });
  await throwsCode(t, 'REGISTRY_PROTOCOL', async () => (await openClient(t, fake)).listTags());
  t.is(fake.requests.length, MOST_PAGES + 1);
});
