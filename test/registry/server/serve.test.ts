import { once } from 'node:events';
import { mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { pino } from 'pino';
import { digestOf } from '../../../src/oci/digest.ts';
import { MANIFEST } from '../../../src/oci/media-types.ts';
import { type RegistryOptions, type RunningRegistry, startRegistry } from '../../../src/registry/server/serve.ts';
import { call } from '../../helpers/call.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { EMPTY, imageManifest } from '../../helpers/pushes.ts';
import { throwsCode } from '../../helpers/throws.ts';

const BLOB = Buffer.alloc(3_000_000, 'thaw');
const DIGEST = digestOf(BLOB);

async function started(
  t: ExecutionContext,
  options: Partial<RegistryOptions> = {},
): Promise<RunningRegistry & { root: string }> {
  const root = options.root ?? (await temporaryFolder(t));
  const registry = await startRegistry({ ...options, root });
  t.teardown(() => registry.close());
  return { ...registry, root };
}

async function begun(url: string): Promise<string> {
  const { headers } = await call(url, { send: 'POST /v2/a/blobs/uploads/' });
  return headers.location ?? '';
}

async function push(url: string, blob: Buffer | string): Promise<void> {
  await call(url, { send: `POST /v2/a/blobs/uploads/?digest=${digestOf(blob)}`, body: blob });
}

/** Sends the head of a request and a part of its body, and cuts the connection. */
async function cut(registry: RunningRegistry, head: string, part: Buffer): Promise<void> {
  const socket = connect(registry.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`${head}\r\nHost: x\r\nContent-Length: ${BLOB.length}\r\n\r\n`);
  await new Promise((resolve) => socket.write(part, resolve));
  socket.end();
  socket.destroySoon();
  await once(socket, 'close');
}

/** Polls a session until it says that bytes have arrived. */
async function arrived(url: string, location: string): Promise<number> {
  for (;;) {
    const { headers } = await call(url, { send: `GET ${location}` });
    const last = Number(/-(\d+)$/.exec(String(headers['range']))?.[1]);
    if (last > 0) return last + 1;
    await sleep(10);
  }
}

test('a chunk whose connection breaks keeps what arrived, and the upload goes on from there', async (t) => {
  const registry = await started(t);
  const location = await begun(registry.url);
  await cut(registry, `PATCH ${location} HTTP/1.1`, BLOB.subarray(0, 2_000_000));
  for (let status = 416; status !== 202; ) {
    const from = await arrived(registry.url, location);
    t.true(from <= 2_000_000);
    const rest = { body: BLOB.subarray(from), headers: { 'Content-Range': `${from}-${BLOB.length - 1}` } };
    status = (await call(registry.url, { send: `PATCH ${location}`, ...rest })).status;
    t.true([202, 416].includes(status)); // more of what was sent may have arrived meanwhile
  }
  t.is((await call(registry.url, { send: `PUT ${location}?digest=${DIGEST}` })).status, 201);
});

test('a single POST whose connection breaks leaves no session', async (t) => {
  const registry = await started(t);
  await push(registry.url, EMPTY);
  await cut(registry, `POST /v2/a/blobs/uploads/?digest=${DIGEST} HTTP/1.1`, BLOB.subarray(0, 1_000_000));
  const uploads = join(registry.root, 'docker/registry/v2/repositories/a/_uploads');
  while ((await readdir(uploads)).length > 0) await sleep(10);
  t.is((await call(registry.url, { send: `HEAD /v2/a/blobs/${DIGEST}` })).status, 404);
});

test('an upload session survives a restart, for both algorithms', async (t) => {
  const root = await temporaryFolder(t);
  for (const digest of [DIGEST, digestOf(BLOB, 'sha512')]) {
    const before = await startRegistry({ root });
    const location = await begun(before.url);
    await call(before.url, { send: `PATCH ${location}`, body: BLOB.subarray(0, 1_500_000) });
    await before.close();
    const after = await started(t, { root });
    t.is((await call(after.url, { send: `GET ${location}` })).headers['range'], '0-1499999');
    const rest = { send: `PUT ${location}?digest=${digest}`, body: BLOB.subarray(1_500_000) };
    t.is((await call(after.url, rest)).status, 201);
    t.deepEqual((await call(after.url, { send: `GET /v2/a/blobs/${digest}` })).body, BLOB);
  }
});

test('a full disk is said to the client, the session is removed, and what is there still serves', async (t) => {
  const { url, root } = await started(t);
  await push(url, EMPTY);
  const location = await begun(url);
  const data = join(
    root,
    'docker/registry/v2/repositories',
    location.replace('/v2/', '').replace('blobs/uploads', '_uploads'),
    'data',
  );
  await rm(data);
  await symlink('/dev/full', data);
  const { status, body } = await call(url, { send: `PATCH ${location}`, body: BLOB });
  t.is(status, 507);
  t.is(JSON.parse(body.toString()).errors[0].code, 'INSUFFICIENT_STORAGE');
  t.is((await call(url, { send: `GET ${location}` })).status, 404);
  t.is((await call(url, { send: `GET /v2/a/blobs/${digestOf(EMPTY)}` })).status, 200);
  await push(url, BLOB);
  t.is((await call(url, { send: `HEAD /v2/a/blobs/${DIGEST}` })).status, 200);
});

test('two pushes of one blob at once both succeed, and it stands once', async (t) => {
  const { url, root } = await started(t);
  const send = `POST /v2/a/blobs/uploads/?digest=${DIGEST}`;
  const replies = await Promise.all([1, 2, 3, 4].map(() => call(url, { send, body: BLOB })));
  t.deepEqual(
    replies.map(({ status }) => status),
    [201, 201, 201, 201],
  );
  t.deepEqual(await readdir(join(root, 'docker/registry/v2/repositories/a/_uploads')), []);
  t.deepEqual(await readdir(join(root, 'thaw/tmp')), []);
});

test('a blob that is deleted while it is pulled arrives whole', async (t) => {
  const { url } = await started(t);
  const large = Buffer.alloc(32 * 1024 * 1024, 'large');
  await push(url, large);
  const response = await fetch(`${url}/v2/a/blobs/${digestOf(large)}`);
  t.is((await call(url, { send: `DELETE /v2/a/blobs/${digestOf(large)}` })).status, 202);
  t.true(Buffer.from(await response.arrayBuffer()).equals(large));
});

test('a client that goes away in the middle of a pull disturbs nobody', async (t) => {
  const { url } = await started(t);
  const large = Buffer.alloc(32 * 1024 * 1024, 'large');
  await push(url, large);
  const leaving = new AbortController();
  const response = await fetch(`${url}/v2/a/blobs/${digestOf(large)}`, { signal: leaving.signal });
  await response.body?.getReader().read();
  leaving.abort();
  t.true((await call(url, { send: `GET /v2/a/blobs/${digestOf(large)}` })).body.equals(large));
});

test('with sparse manifests allowed, missing blobs and manifests are no error', async (t) => {
  const { url } = await started(t, { sparse: true });
  const headers = { 'Content-Type': MANIFEST };
  const { status } = await call(url, {
    send: 'PUT /v2/a/manifests/x',
    headers,
    body: imageManifest(['nobody has it']),
  });
  t.is(status, 201);
});

test('a file that is shorter than it was breaks the connection instead of ending well', async (t) => {
  const { url, root } = await started(t);
  await push(url, BLOB);
  const hex = DIGEST.slice('sha256:'.length);
  const data = join(root, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
  const large = Buffer.alloc(32 * 1024 * 1024);
  await writeFile(data, large);
  const response = await fetch(`${url}/v2/a/blobs/${DIGEST}`);
  await writeFile(data, 'short');
  await t.throwsAsync(response.arrayBuffer());
});

test('files are for their owner only', async (t) => {
  const { url, root } = await started(t, { root: join(await temporaryFolder(t), 'new') });
  await push(url, EMPTY);
  await call(url, { send: 'PUT /v2/a/manifests/x', headers: { 'Content-Type': MANIFEST }, body: imageManifest([]) });
  await begun(url);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  t.true(entries.length > 20);
  for (const entry of entries) {
    const { mode } = await stat(join(entry.parentPath, entry.name));
    t.is((mode & 0o777).toString(8), entry.isDirectory() ? '700' : '600', entry.name);
  }
  t.is(((await stat(root)).mode & 0o777).toString(8), '700');
});

test('the log tells each request under an id, and no credential, query or content', async (t) => {
  let log = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      log += chunk;
      done();
    },
  });
  const { url, close } = await started(t, { logger: pino({}, stream) });
  const headers = { Authorization: 'Basic c2VjcmV0' };
  await call(url, { send: 'POST /v2/a/blobs/uploads/?token=c2VjcmV0', headers, body: 'c2VjcmV0' });
  await close();
  const lines = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const request = lines.find(({ msg }) => msg === 'request');
  t.is(request.method, 'POST');
  t.is(request.path, '/v2/a/blobs/uploads/');
  t.is(request.status, 202);
  t.regex(request.requestId, /^[0-9a-f-]{36}$/);
  t.false(log.includes('c2VjcmV0'));
});

test('a fault of our own is answered with 500 and logged with its cause', async (t) => {
  let log = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      log += chunk;
      done();
    },
  });
  const { url, root } = await started(t, { logger: pino({}, stream) });
  await mkdir(join(root, 'docker/registry/v2/repositories/a/_manifests/tags/x/current/link'), { recursive: true });
  const { status, body } = await call(url, { send: 'GET /v2/a/manifests/x' });
  t.is(status, 500);
  t.is(JSON.parse(body.toString()).errors[0].code, 'UNKNOWN');
  t.regex(log, /STORAGE_FAILED.*EISDIR|EISDIR.*STORAGE_FAILED/);
});

test('closing lets a running transfer end', async (t) => {
  const registry = await started(t);
  const large = Buffer.alloc(32 * 1024 * 1024, 'large');
  await push(registry.url, large);
  const response = await fetch(`${registry.url}/v2/a/blobs/${digestOf(large)}`);
  const closed = registry.close({ graceMs: 60_000 });
  t.is((await response.arrayBuffer()).byteLength, large.length);
  await closed;
  await t.throwsAsync(call(registry.url, { send: 'GET /v2/' }));
});

test('closing cuts a transfer that does not end in time', async (t) => {
  const registry = await started(t);
  const location = await begun(registry.url);
  const socket = connect(registry.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`PATCH ${location} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf`);
  socket.on('error', () => {}).resume();
  const cut = new Promise((resolve) => socket.once('close', resolve));
  await Promise.all([registry.close({ graceMs: 1 }), cut]);
  t.pass();
});

test('an address that is taken is said so', async (t) => {
  const { port } = await started(t);
  const root = await temporaryFolder(t);
  const error = await throwsCode(t, 'LISTEN_FAILED', () => startRegistry({ root, port }));
  t.is(error?.facts['port'], port);
});

test('a root that cannot be made is said so', async (t) => {
  const file = join(await temporaryFolder(t), 'file');
  await writeFile(file, '');
  await throwsCode(t, 'STORAGE_FAILED', () => startRegistry({ root: join(file, 'root') }));
});

test('listening on IPv6 gives a URL that works', async (t) => {
  const { url } = await started(t, { host: '::1' });
  t.regex(url, /^http:\/\/\[::1\]:\d+$/);
  t.is((await fetch(`${url}/v2/`)).status, 200);
});
