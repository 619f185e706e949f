import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import fc from 'fast-check';
import { ThawError } from '../../../src/errors.ts';
import { digestOf } from '../../../src/oci/digest.ts';
import type { Faults } from '../../helpers/fake-registry.ts';
import { refuse, startFakeRegistry } from '../../helpers/fake-registry.ts';
import { memorySource, openClient } from '../../helpers/registry-client.ts';
import { throwsCode } from '../../helpers/throws.ts';

const BYTES = Buffer.from(Array.from({ length: 20_000 }, (_, index) => index % 251));
const DIGEST = digestOf(BYTES);

const LENGTHS = { 'a blob of known size': { size: BYTES.byteLength }, 'a blob of unknown size': {} };

for (const [what, known] of Object.entries(LENGTHS)) {
  test(`${what} arrives with its digest computed on the way`, async (t) => {
    const fake = await startFakeRegistry(t);
    const client = await openClient(t, fake);
    const sent: number[] = [];
    const result = await client.putBlob(memorySource(BYTES, known), { onBytes: (bytes) => sent.push(bytes) });
    t.deepEqual(result, { digest: DIGEST, size: BYTES.byteLength, existed: false });
    t.deepEqual(fake.blobs.get(DIGEST), BYTES);
    t.is(sent.at(-1), BYTES.byteLength);
    t.is(fake.sessions.size, 0);
  });

  for (const losesBrokenSessions of [false, true]) {
    const kind = losesBrokenSessions ? 'loses broken sessions' : 'keeps broken sessions';
    test(`${what} arrives whole wherever a registry that ${kind} cuts the connection`, async (t) => {
      const places = fc.array(fc.nat({ max: BYTES.byteLength }), { minLength: 1, maxLength: 3 });
      const property = fc.asyncProperty(places, async (cutUploadsAt) => {
        const fake = await startFakeRegistry(t, { cutUploadsAt: [...cutUploadsAt], losesBrokenSessions });
        const client = await openClient(t, fake);
        const result = await client.putBlob(memorySource(BYTES, known));
        await client.close();
        return result.digest === DIGEST && fake.blobs.get(DIGEST)?.equals(BYTES) === true && fake.sessions.size === 0;
      });
      await t.notThrowsAsync(fc.assert(property, { numRuns: 40 }));
    });
  }
}

test('an empty blob arrives', async (t) => {
  const fake = await startFakeRegistry(t);
  const client = await openClient(t, fake);
  const nothing = Buffer.alloc(0);
  t.is((await client.putBlob(memorySource(nothing))).digest, digestOf(nothing));
  t.is((await client.putBlob(memorySource(nothing, { size: 0 }))).digest, digestOf(nothing));
});

test('a blob whose digest is sha512 keeps it', async (t) => {
  const fake = await startFakeRegistry(t);
  const client = await openClient(t, fake);
  const digest = digestOf(BYTES, 'sha512');
  t.is((await client.putBlob(memorySource(BYTES, { digest }))).digest, digest);
});

test('after a break the source is read again only from where the registry stands', async (t) => {
  const fake = await startFakeRegistry(t, { cutUploadsAt: [7000] });
  const client = await openClient(t, fake);
  const source = memorySource(BYTES, { size: BYTES.byteLength });
  await client.putBlob(source);
  t.deepEqual(source.opened, [0, 7000]);
});

test('a registry that is still writing down what it got is asked until its count no longer grows', async (t) => {
  const counts = [0, 3000];
  const fake = await startFakeRegistry(t, {
    cutUploadsAt: [7000],
    intercept: (request, response) => {
      const last = request.method === 'GET' ? counts.shift() : undefined;
      return last !== undefined && response.writeHead(204, { range: `0-${last}` }).end();
    },
  });
  const client = await openClient(t, fake);
  const source = memorySource(BYTES, { size: BYTES.byteLength });
  await client.putBlob(source);
  t.deepEqual(source.opened, [0, 7000]);
});

test('a blob that is there already is not sent', async (t) => {
  const fake = await startFakeRegistry(t);
  fake.blobs.set(DIGEST, BYTES);
  const client = await openClient(t, fake);
  const source = memorySource(BYTES, { digest: DIGEST });
  t.deepEqual(await client.putBlob(source), { digest: DIGEST, size: BYTES.byteLength, existed: true });
  t.deepEqual(source.opened, []);
  t.deepEqual(fake.requests, [`HEAD /v2/checkpoints/blobs/${DIGEST}`]);
});

test('a blob of another repository is mounted instead of sent', async (t) => {
  const fake = await startFakeRegistry(t, {
    intercept: (request, response) => request.method === 'HEAD' && refuse(response, 404, 'BLOB_UNKNOWN'),
  });
  fake.blobs.set(DIGEST, BYTES);
  const client = await openClient(t, fake);
  const source = memorySource(BYTES, { digest: DIGEST, size: BYTES.byteLength });
  const result = await client.putBlob(source, { mountFrom: 'other' });
  t.deepEqual(result, { digest: DIGEST, size: BYTES.byteLength, existed: true });
  t.deepEqual(source.opened, []);
});

test('the size of a mounted blob is asked for where nobody knows it', async (t) => {
  const fake = await startFakeRegistry(t, {
    intercept: once('HEAD', (_, response) => refuse(response, 404, 'BLOB_UNKNOWN')),
  });
  fake.blobs.set(DIGEST, BYTES);
  const client = await openClient(t, fake);
  const result = await client.putBlob(memorySource(BYTES, { digest: DIGEST }), { mountFrom: 'other' });
  t.deepEqual(result, { digest: DIGEST, size: BYTES.byteLength, existed: true });
});

test('a mounted blob that is not there afterwards is DIGEST_MISMATCH', async (t) => {
  const fake = await startFakeRegistry(t, {
    intercept: (request, response) => request.method === 'HEAD' && refuse(response, 404, 'BLOB_UNKNOWN'),
  });
  fake.blobs.set(DIGEST, BYTES);
  const client = await openClient(t, fake);
  const source = memorySource(BYTES, { digest: DIGEST });
  await throwsCode(t, 'DIGEST_MISMATCH', () => client.putBlob(source, { mountFrom: 'other' }));
});

test('a blob that cannot be mounted is sent in the session that the registry offers', async (t) => {
  const fake = await startFakeRegistry(t);
  const client = await openClient(t, fake);
  const result = await client.putBlob(memorySource(BYTES, { digest: DIGEST }), { mountFrom: 'other' });
  t.false(result.existed);
  t.is(fake.requests.filter((line) => line.startsWith('POST')).length, 1);
});

/** Answers the first request of a method so, and leaves all others alone. */
function once(method: string, answer: NonNullable<Faults['intercept']>): NonNullable<Faults['intercept']> {
  let done = false;
  return (request, response, fake) => {
    if (done || request.method !== method) return false;
    done = true;
    answer(request, response, fake);
    return true;
  };
}

for (const method of ['POST', 'PATCH', 'PUT']) {
  for (const status of [429, 502, 503, 504]) {
    test(`${status} to a ${method} is tried again after the wait that the registry asks for`, async (t) => {
      const fake = await startFakeRegistry(t, {
        intercept: once(method, (_, response) => refuse(response, status, 'UNAVAILABLE', { 'retry-after': '1' })),
      });
      const client = await openClient(t, fake);
      t.is((await client.putBlob(memorySource(BYTES))).digest, DIGEST);
      t.is(fake.sessions.size, 0);
    });
  }
}

test('a PUT whose answer is lost counts when the blob is there', async (t) => {
  const fake = await startFakeRegistry(t, {
    intercept: once('PUT', (request, _, registry) => {
      registry.sessions.clear();
      registry.blobs.set(DIGEST, BYTES);
      request.socket.destroy();
    }),
  });
  const client = await openClient(t, fake);
  t.is((await client.putBlob(memorySource(BYTES))).digest, DIGEST);
});

const REFUSALS = [
  ['a registry that refuses PATCH', 'PATCH', 405, 'UNSUPPORTED', 'REGISTRY_REFUSED'],
  ['a registry whose disk fills up', 'PATCH', 507, 'UNKNOWN', 'REGISTRY_FULL'],
  ['a registry that wants other credentials half-way', 'PATCH', 403, 'DENIED', 'UNAUTHORIZED'],
  ['a proxy that finds the body too large', 'PATCH', 413, 'SIZE_INVALID', 'REGISTRY_REFUSED'],
  ['a registry that finds another digest', 'PUT', 400, 'DIGEST_INVALID', 'DIGEST_MISMATCH'],
  ['a registry that is broken', 'PUT', 500, 'UNKNOWN', 'REGISTRY_REFUSED'],
  ['a registry that is never ready', 'PATCH', 503, 'UNAVAILABLE', 'REGISTRY_REFUSED'],
  ['a registry that never lets the upload end', 'PUT', 503, 'UNAVAILABLE', 'REGISTRY_REFUSED'],
] as const;

for (const [who, method, status, registryCode, code] of REFUSALS) {
  test(`${who} fails the push with ${code} and no session is left`, async (t) => {
    const fake = await startFakeRegistry(t, {
      intercept: (request, response) => request.method === method && refuse(response, status, registryCode),
    });
    const client = await openClient(t, fake);
    const error = await throwsCode(t, code, () => client.putBlob(memorySource(BYTES, { size: BYTES.byteLength })));
    t.is(error?.facts['status'], status);
    t.is(error?.facts['registryCode'], registryCode);
    t.is(fake.sessions.size, 0);
    t.is(fake.blobs.size, 0);
  });
}

test('running out of space half-way is REGISTRY_FULL, also when only the words of a 500 say so', async (t) => {
  const fake = await startFakeRegistry(t, {
    intercept: (request, response) => {
      if (request.method !== 'PATCH') return false;
      request.once('data', () => request.resume());
      const body = {
        errors: [{ code: 'UNKNOWN', detail: { DriverName: 'filesystem', Enclosed: { Op: 'write', Err: 28 } } }],
      };
      return response.writeHead(500).end(JSON.stringify(body));
    },
  });
  const client = await openClient(t, fake);
  await throwsCode(t, 'REGISTRY_FULL', () => client.putBlob(memorySource(BYTES)));
  t.is(fake.sessions.size, 0);
});

test('a registry that always cuts the connection is REGISTRY_UNREACHABLE after the last try', async (t) => {
  const fake = await startFakeRegistry(t, {
    intercept: (request) => request.method === 'PATCH' && request.socket.destroy(),
  });
  const client = await openClient(t, fake);
  const error = await throwsCode(t, 'REGISTRY_UNREACHABLE', () => client.putBlob(memorySource(BYTES)));
  t.is(error?.facts['attempts'], 4);
  t.is(fake.sessions.size, 0);
});

test('a registry that stops answering is REGISTRY_UNREACHABLE', async (t) => {
  const fake = await startFakeRegistry(t, { intercept: (request) => request.method === 'PUT' });
  const client = await openClient(t, fake, {
    retry: { attempts: 2, base: 1 },
    timeouts: { store: 200, cleanup: 5000 },
  });
  const error = await throwsCode(t, 'REGISTRY_UNREACHABLE', () => client.putBlob(memorySource(BYTES)));
  t.is(error?.facts['reason'], 'UND_ERR_HEADERS_TIMEOUT');
  t.is(fake.sessions.size, 0);
});

test('a registry that says it stored another digest is DIGEST_MISMATCH', async (t) => {
  const answeredDigest = digestOf('something else');
  const fake = await startFakeRegistry(t, { answeredDigest });
  const client = await openClient(t, fake);
  const error = await throwsCode(t, 'DIGEST_MISMATCH', () => client.putBlob(memorySource(BYTES)));
  t.like(error?.facts, { wanted: DIGEST, found: answeredDigest });
});

const LIES = [
  ['shorter than it said', { size: BYTES.byteLength + 1 }],
  ['longer than it said', { size: BYTES.byteLength - 1 }],
  ['of another digest than it said', { digest: digestOf('other') }],
] as const;

for (const [how, known] of LIES) {
  test(`a source that is ${how} is DIGEST_MISMATCH, nothing is stored and no session is left`, async (t) => {
    const fake = await startFakeRegistry(t);
    const client = await openClient(t, fake);
    await throwsCode(t, 'DIGEST_MISMATCH', () => client.putBlob(memorySource(BYTES, known)));
    t.is(fake.sessions.size, 0);
    t.is(fake.blobs.size, 0);
  });
}

for (const at of [0, 5000]) {
  test(`a source that fails at ${at} fails the push with its own error and no session is left`, async (t) => {
    const failure = new ThawError('ARCHIVE_CHANGED', { message: 'changed', next: 'wait' });
    const fake = await startFakeRegistry(t);
    const client = await openClient(t, fake);
    const source = {
      size: BYTES.byteLength,
      async *open() {
        yield BYTES.subarray(0, at);
        throw failure;
      },
    };
    t.is(await t.throwsAsync(client.putBlob(source)), failure);
    t.is(fake.sessions.size, 0);
  });
}

test('a source that fails after a break fails the push with its own error and no session is left', async (t) => {
  const fake = await startFakeRegistry(t, { cutUploadsAt: [3000] });
  const client = await openClient(t, fake);
  const source = {
    size: BYTES.byteLength,
    async *open(offset: number) {
      yield BYTES.subarray(offset, offset + 4000);
      if (offset > 0) throw new Error('disk');
      yield BYTES.subarray(4000);
    },
  };
  await t.throwsAsync(client.putBlob(source), { message: 'disk' });
  t.is(fake.sessions.size, 0);
});

/** Gives some bytes, then waits to be stopped. */
function endlessSource(onStart: () => void) {
  return {
    async *open(_: number, signal?: AbortSignal) {
      yield BYTES.subarray(0, 1000);
      onStart();
      await sleep(60_000, undefined, { signal });
    },
  };
}

test('cancelling ends the stream in good order and deletes the session', async (t) => {
  const fake = await startFakeRegistry(t, { losesBrokenSessions: true });
  const client = await openClient(t, fake);
  const stop = new AbortController();
  await throwsCode(t, 'CANCELLED', () =>
    client.putBlob(
      endlessSource(() => stop.abort()),
      { signal: stop.signal },
    ),
  );
  t.is(fake.sessions.size, 0);
  t.true(fake.requests.at(-1)?.startsWith('DELETE'));
});

test('cancelling a push to a registry that has stopped reading cuts it and deletes the session', async (t) => {
  const stop = new AbortController();
  const fake = await startFakeRegistry(t, {
    intercept: (request) => request.method === 'PATCH' && setImmediate(() => stop.abort()),
  });
  const client = await openClient(t, fake, { timeouts: { cleanup: 1000 } });
  await throwsCode(t, 'CANCELLED', () => client.putBlob(memorySource(BYTES), { signal: stop.signal }));
  t.is(fake.sessions.size, 0);
});

test('cancelling while a try is awaited deletes the session', async (t) => {
  const stop = new AbortController();
  const fake = await startFakeRegistry(t, {
    intercept: (request, response) => {
      if (request.method !== 'PATCH') return false;
      setTimeout(() => stop.abort(), 20);
      return refuse(response, 503, 'UNAVAILABLE', { 'retry-after': '60' });
    },
  });
  const client = await openClient(t, fake, { retry: { attempts: 4, base: 1, longest: 1, longestAsked: 60_000 } });
  await throwsCode(t, 'CANCELLED', () => client.putBlob(memorySource(BYTES), { signal: stop.signal }));
  t.is(fake.sessions.size, 0);
});

test('a push that is cancelled before it begins sends nothing', async (t) => {
  const fake = await startFakeRegistry(t);
  const client = await openClient(t, fake);
  await throwsCode(t, 'CANCELLED', () => client.putBlob(memorySource(BYTES), { signal: AbortSignal.abort() }));
  t.deepEqual(fake.requests, []);
});

test('a failed push ends even when the session cannot be deleted', async (t) => {
  const fake = await startFakeRegistry(t, {
    intercept: (request, response) =>
      request.method === 'DELETE' || (request.method === 'PATCH' && refuse(response, 405, 'UNSUPPORTED')),
  });
  const client = await openClient(t, fake, { timeouts: { cleanup: 100 } });
  await throwsCode(t, 'REGISTRY_REFUSED', () => client.putBlob(memorySource(BYTES)));
});

const BAD_ANSWERS = [
  ['a POST without a Location', 'POST', 202, {}],
  ['a Location that is no URL', 'POST', 202, { location: 'http://[' }],
  ['a Location of another scheme', 'POST', 202, { location: 'file:///etc/passwd' }],
] as const;

for (const [what, method, status, headers] of BAD_ANSWERS) {
  test(`${what} is REGISTRY_PROTOCOL`, async (t) => {
    const fake = await startFakeRegistry(t, {
      intercept: (request, response) => request.method === method && response.writeHead(status, headers).end(),
    });
    const client = await openClient(t, fake);
    await throwsCode(t, 'REGISTRY_PROTOCOL', () => client.putBlob(memorySource(BYTES)));
  });
}

test('a status without a readable Range is REGISTRY_PROTOCOL and no session is left', async (t) => {
  const fake = await startFakeRegistry(t, {
    cutUploadsAt: [5000],
    intercept: (request, response) =>
      request.method === 'GET' && response.writeHead(204, { range: 'bytes 5-7/x' }).end(),
  });
  const client = await openClient(t, fake);
  await throwsCode(t, 'REGISTRY_PROTOCOL', () => client.putBlob(memorySource(BYTES)));
  t.is(fake.sessions.size, 0);
});

test('an answer before all bytes were sent is REGISTRY_PROTOCOL', async (t) => {
  const fake = await startFakeRegistry(t, {
    intercept: (request, response) => request.method === 'PATCH' && response.writeHead(202).end(),
  });
  const client = await openClient(t, fake);
  const source = {
    async *open(_: number, signal?: AbortSignal) {
      yield BYTES;
      await sleep(60_000, undefined, { signal });
    },
  };
  await throwsCode(t, 'REGISTRY_PROTOCOL', () => client.putBlob(source));
  t.is(fake.sessions.size, 0);
});

test('a registry that claims more than was sent gets the blob anew', async (t) => {
  const fake = await startFakeRegistry(t, {
    cutUploadsAt: [5000],
    intercept: (request, response) => request.method === 'GET' && response.writeHead(204, { range: '0-999999' }).end(),
  });
  const client = await openClient(t, fake);
  const source = memorySource(BYTES, { size: BYTES.byteLength });
  t.is((await client.putBlob(source)).digest, DIGEST);
  t.deepEqual(source.opened, [0, 0]);
  t.is(fake.sessions.size, 0);
});
