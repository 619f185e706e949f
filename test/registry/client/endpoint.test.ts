import test from 'ava';
import { blobUrl, endpointOf, manifestUrl, tagsUrl, uploadsUrl } from '../../../src/registry/client/endpoint.ts';
import type { RegistryOptions } from '../../../src/registry/client/options.ts';
import { throwsCode } from '../../helpers/throws.ts';

const ORIGINS: readonly [Partial<RegistryOptions> & { registry: string }, string][] = [
  [{ registry: '127.0.0.1:5000' }, 'http://127.0.0.1:5000'],
  [{ registry: 'localhost' }, 'http://localhost'],
  [{ registry: '[::1]:5000' }, 'http://[::1]:5000'],
  [{ registry: '127.0.0.1:5000', caFile: 'ca.pem' }, 'https://127.0.0.1:5000'],
  [{ registry: '127.0.0.1:5000', plainHttp: false }, 'https://127.0.0.1:5000'],
  [{ registry: 'checkpoint-registry.local' }, 'https://checkpoint-registry.local'],
  [{ registry: 'reg.example.com:5000' }, 'https://reg.example.com:5000'],
  [{ registry: 'reg.example.com:5000', plainHttp: true }, 'http://reg.example.com:5000'],
  [{ registry: 'docker.io' }, 'https://registry-1.docker.io'],
];

for (const [options, origin] of ORIGINS) {
  test(`${JSON.stringify(options)} is spoken to at ${origin}`, (t) => {
    t.is(endpointOf({ repository: 'a', ...options }).origin, origin);
  });
}

test('URLs have the shape of the distribution specification', (t) => {
  const endpoint = endpointOf({ registry: '127.0.0.1:5000', repository: 'a/b' });
  const digest = 'sha256:00' as const;
  t.is(blobUrl(endpoint, digest).pathname, '/v2/a/b/blobs/sha256:00');
  t.is(manifestUrl(endpoint, digest).pathname, '/v2/a/b/manifests/sha256:00');
  t.is(manifestUrl(endpoint, '../x?y').href, 'http://127.0.0.1:5000/v2/a/b/manifests/..%2Fx%3Fy');
  t.is(tagsUrl(endpoint).pathname, '/v2/a/b/tags/list');
  t.is(uploadsUrl(endpoint).href, 'http://127.0.0.1:5000/v2/a/b/blobs/uploads/');
  t.is(uploadsUrl(endpoint, { digest, from: 'c' }).search, '?mount=sha256%3A00&from=c');
});

for (const names of [
  { registry: 'localhost', repository: 'A' },
  { registry: 'localhost', repository: '../a' },
  { registry: 'user@example.com', repository: 'a' },
  { registry: 'plain', repository: 'a' },
]) {
  test(`${names.registry}/${names.repository} is REFERENCE_INVALID`, async (t) => {
    await throwsCode(t, 'REFERENCE_INVALID', () => endpointOf(names));
  });
}

test('plain HTTP together with a CA file is USAGE', async (t) => {
  const options = { registry: 'reg.example.com', repository: 'a', plainHttp: true, caFile: 'ca.pem' };
  await throwsCode(t, 'USAGE', () => endpointOf(options));
});
