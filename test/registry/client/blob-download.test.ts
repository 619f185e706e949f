import test from 'ava';
import fc from 'fast-check';
import { type Digest, digestOf } from '../../../src/oci/digest.ts';
import type { GetBlobOptions, Target } from '../../../src/registry/target.ts';
import { collect } from '../../helpers/collect.ts';
import { type Faults, startFakeRegistry } from '../../helpers/fake-registry.ts';
import { openClient, startServer } from '../../helpers/registry-client.ts';
import { throwsCode } from '../../helpers/throws.ts';
import { until } from '../../helpers/until.ts';

const BYTES = Buffer.from(Array.from({ length: 20_000 }, (_, index) => index % 241));
const DIGEST = digestOf(BYTES);

async function pull(client: Target, digest: Digest = DIGEST, options?: GetBlobOptions): Promise<Buffer> {
  return await collect(await client.getBlob(digest, options));
}

test('a blob comes as it was pushed', async (t) => {
  const fake = await startFakeRegistry(t);
  fake.blobs.set(DIGEST, BYTES);
  const client = await openClient(t, fake);
  t.deepEqual(await pull(client), BYTES);
  t.deepEqual(await pull(client, DIGEST, { size: BYTES.byteLength }), BYTES);
});

test('an empty blob and one with a sha512 digest come as they were pushed', async (t) => {
  const fake = await startFakeRegistry(t);
  const long = digestOf(BYTES, 'sha512');
  const nothing = Buffer.alloc(0);
  fake.blobs.set(long, BYTES).set(digestOf(nothing), nothing);
  const client = await openClient(t, fake);
  t.deepEqual(await pull(client, long), BYTES);
  t.deepEqual(await pull(client, digestOf(nothing)), nothing);
});

for (const knowsNoRanges of [false, true]) {
  const kind = knowsNoRanges ? 'knows no ranges' : 'knows ranges';
  test(`a blob comes whole wherever a registry that ${kind} cuts the connection`, async (t) => {
    const places = fc.array(fc.nat({ max: BYTES.byteLength - 1 }), { minLength: 1, maxLength: 3 });
    const property = fc.asyncProperty(places, async (cutDownloadsAt) => {
      const fake = await startFakeRegistry(t, { cutDownloadsAt: [...cutDownloadsAt], knowsNoRanges });
      fake.blobs.set(DIGEST, BYTES);
      const client = await openClient(t, fake);
      const bytes = await pull(client);
      await client.close();
      return bytes.equals(BYTES);
    });
    await t.notThrowsAsync(fc.assert(property, { numRuns: 60 }));
  });
}

test('a missing blob is NOT_FOUND before the first byte', async (t) => {
  const client = await openClient(t, await startFakeRegistry(t));
  const error = await throwsCode(t, 'NOT_FOUND', () => client.getBlob(DIGEST));
  t.is(error?.facts['registryCode'], 'BLOB_UNKNOWN');
});

test('wrong bytes fail with DIGEST_MISMATCH instead of ending', async (t) => {
  const fake = await startFakeRegistry(t);
  const wrong = Buffer.from(BYTES);
  wrong[19_999] = 0xff;
  fake.blobs.set(DIGEST, wrong);
  const client = await openClient(t, fake);
  const error = await throwsCode(t, 'DIGEST_MISMATCH', () => pull(client));
  t.like(error?.facts, { wanted: DIGEST, found: digestOf(wrong) });
});

test('a blob that is shorter than its descriptor says is DIGEST_MISMATCH', async (t) => {
  const fake = await startFakeRegistry(t);
  fake.blobs.set(DIGEST, BYTES);
  const client = await openClient(t, fake);
  const error = await throwsCode(t, 'DIGEST_MISMATCH', () => pull(client, DIGEST, { size: 30_000 }));
  t.like(error?.facts, { wanted: 30_000, found: 20_000 });
});

test('a blob that goes on beyond its size is cut off with DIGEST_MISMATCH', async (t) => {
  let ended = false;
  const fake = await startFakeRegistry(t, {
    intercept: (_, response) => {
      const timer = setInterval(() => response.write(BYTES), 1);
      response.once('close', () => {
        clearInterval(timer);
        ended = true;
      });
      return true;
    },
  });
  const client = await openClient(t, fake);
  await throwsCode(t, 'DIGEST_MISMATCH', () => pull(client, DIGEST, { size: BYTES.byteLength }));
  await client.close();
  t.true(await until(() => ended, Boolean));
});

const BAD_RANGES = [
  ['begins elsewhere', 'bytes 1-19999/20000'],
  ['is not said', undefined],
  ['cannot be read', 'octets'],
] as const;

for (const [how, range] of BAD_RANGES) {
  test(`a rest whose Content-Range ${how} is REGISTRY_PROTOCOL`, async (t) => {
    const fake = await startFakeRegistry(t, {
      cutDownloadsAt: [5000],
      intercept: (request, response) =>
        request.headers.range !== undefined &&
        response.writeHead(206, range === undefined ? {} : { 'content-range': range }).end(BYTES),
    });
    fake.blobs.set(DIGEST, BYTES);
    const client = await openClient(t, fake);
    await throwsCode(t, 'REGISTRY_PROTOCOL', () => pull(client));
  });
}

test('a registry that always cuts the connection is REGISTRY_UNREACHABLE after the last try', async (t) => {
  const fake = await startFakeRegistry(t, { cutDownloadsAt: Array.from({ length: 10 }, () => 100) });
  fake.blobs.set(DIGEST, BYTES);
  const client = await openClient(t, fake);
  const error = await throwsCode(t, 'REGISTRY_UNREACHABLE', () => pull(client));
  t.is(error?.facts['attempts'], 4);
});

test('a registry that stops in the middle is asked again', async (t) => {
  let stopped = false;
  const fake = await startFakeRegistry(t, {
    intercept: (_, response) => {
      if (stopped) return false;
      stopped = true;
      response.writeHead(200, { 'content-length': BYTES.byteLength });
      return response.write(BYTES.subarray(0, 5000));
    },
  });
  fake.blobs.set(DIGEST, BYTES);
  const client = await openClient(t, fake, { timeouts: { idle: 200 } });
  t.deepEqual(await pull(client), BYTES);
  t.is(fake.requests.length, 2);
});

test('503 is tried again', async (t) => {
  let refusals = 2;
  const fake = await startFakeRegistry(t, {
    intercept: (_, response) => refusals-- > 0 && response.writeHead(503, { 'retry-after': '0' }).end(),
  });
  fake.blobs.set(DIGEST, BYTES);
  t.deepEqual(await pull(await openClient(t, fake)), BYTES);
});

test('a stream that is left early lets its connection go', async (t) => {
  const fake = await startFakeRegistry(t);
  const large = Buffer.alloc(8 * 1024 * 1024);
  fake.blobs.set(digestOf(large), large);
  const client = await openClient(t, fake);
  for await (const chunk of await client.getBlob(digestOf(large))) {
    t.true(chunk.byteLength > 0);
    break;
  }
  t.is(await client.hasBlob(digestOf(large)), large.byteLength);
});

test('cancelling ends the stream with CANCELLED', async (t) => {
  const fake = await startFakeRegistry(t, {
    intercept: (_, response) => {
      response.writeHead(200, { 'content-length': BYTES.byteLength });
      return response.write(BYTES.subarray(0, 5000));
    },
  });
  const client = await openClient(t, fake);
  const stop = new AbortController();
  const blob = await client.getBlob(DIGEST, { signal: stop.signal });
  await throwsCode(t, 'CANCELLED', async () => {
    for await (const _ of blob) stop.abort();
  });
});

test('a connection that breaks before the stream is read is mended when it is', async (t) => {
  const fake = await startFakeRegistry(t, { cutDownloadsAt: [5000] });
  fake.blobs.set(DIGEST, BYTES);
  const client = await openClient(t, fake);
  const blob = await client.getBlob(DIGEST);
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.deepEqual(await collect(blob), BYTES);
});

test('an object store that the registry redirects to gets no credentials of the registry', async (t) => {
  const seen: (string | undefined)[] = [];
  const store = await startServer(t, (request, response) => {
    seen.push(request.headers.authorization);
    response.end(BYTES);
  });
  const fake = await startFakeRegistry(t, {
    intercept: (request, response) =>
      request.headers.authorization === undefined
        ? response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
        : response.writeHead(307, { location: `http://${store}/bucket?signature=secret` }).end(),
  });
  const client = await openClient(t, fake, { credentials: { username: 'u', password: 'p' } });
  t.deepEqual(await pull(client), BYTES);
  t.deepEqual(seen, [undefined]);
  t.is(fake.authorizations.at(-1), `Basic ${btoa('u:p')}`);
});

const REDIRECTS: readonly [string, 'REGISTRY_PROTOCOL' | 'PLAIN_HTTP_REFUSED', Record<string, string>][] = [
  ['that goes round in a circle', 'REGISTRY_PROTOCOL', { location: '/v2/again' }],
  ['without a Location', 'REGISTRY_PROTOCOL', {}],
  ['to plain HTTP on another machine', 'PLAIN_HTTP_REFUSED', { location: 'http://192.0.2.1/blob?token=secret' }],
];

for (const [what, code, headers] of REDIRECTS) {
  test(`a redirect ${what} is ${code}`, async (t) => {
    const fake = await startFakeRegistry(t, { intercept: redirect(headers) });
    const client = await openClient(t, fake);
    const error = await throwsCode(t, code, () => client.getBlob(DIGEST));
    t.notRegex(JSON.stringify(error), /secret/);
  });
}

function redirect(headers: Record<string, string>): NonNullable<Faults['intercept']> {
  return (_, response) => response.writeHead(302, headers).end();
}

test('the size of a blob comes from HEAD, over kept connections', async (t) => {
  const ports = new Set<number | undefined>();
  const fake = await startFakeRegistry(t, { intercept: (request) => void ports.add(request.socket.remotePort) });
  fake.blobs.set(DIGEST, BYTES);
  const client = await openClient(t, fake);
  for (let times = 0; times < 5; times += 1) t.is(await client.hasBlob(DIGEST), BYTES.byteLength);
  t.is(await client.hasBlob(digestOf('other')), undefined);
  t.true(ports.size < 5);
});

test('a HEAD that does not tell the size is REGISTRY_PROTOCOL', async (t) => {
  const fake = await startFakeRegistry(t, {
    intercept: (_, response) => response.writeHead(200, { 'transfer-encoding': 'chunked' }).end(),
  });
  const client = await openClient(t, fake);
  await throwsCode(t, 'REGISTRY_PROTOCOL', () => client.hasBlob(DIGEST));
});
