import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { errnoOf } from '../../../src/errors.ts';
import { digestOf } from '../../../src/oci/digest.ts';
import { accessFiles } from '../../helpers/access-files.ts';
import { call } from '../../helpers/call.ts';
import { ended, rawConnection } from '../../helpers/raw.ts';
import { serving } from '../../helpers/serving.ts';
import { throwsCode } from '../../helpers/throws.ts';
import { until } from '../../helpers/until.ts';

const BLOB = Buffer.alloc(1_000_000, 'thaw');
const PUSH = { send: `POST /v2/a/blobs/uploads/?digest=${digestOf(BLOB)}`, body: BLOB };
/** What becomes of a request that gets no answer. */
async function errnoOfCall(url: string): Promise<string | undefined> {
  try {
    await call(url, { send: 'GET /v2/' });
    return undefined;
  } catch (error) {
    return errnoOf(error);
  }
}

const ANYWHERE = { host: '127.0.0.1', port: 0 };

test('metrics tell requests, bytes, times, sessions, connections and what is on disk', async (t) => {
  const { url } = await serving(t);
  await call(url, PUSH);
  await call(url, { send: `GET /v2/a/blobs/${digestOf(BLOB)}` });
  await call(url, { send: 'GET /v2/a/manifests/none' });
  await call(url, { send: 'BREW /v2/' }).catch(() => {});
  await call(url, { send: 'POST /v2/a/blobs/uploads/' });
  const { headers, body } = await call(url, { send: 'GET /metrics' });
  t.regex(headers['content-type'] ?? '', /^text\/plain; version=0\.0\.4/);
  const text = body.toString();
  const value = (name: string) => {
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
    return line === undefined ? undefined : Number(line.slice(name.length));
  };
  t.is(value('thaw_registry_requests_total{method="POST",route="uploads",status="201"}'), 1);
  t.is(value('thaw_registry_requests_total{method="GET",route="blob",status="200"}'), 1);
  t.is(value('thaw_registry_requests_total{method="GET",route="manifest",status="404"}'), 1);
  t.is(value('thaw_registry_request_seconds_count{method="GET",route="blob"}'), 1);
  t.is(value('thaw_registry_upload_sessions'), 1);
  t.is(value('thaw_registry_running_requests'), 1);
  t.is(value('thaw_registry_open_connections'), 1);
  t.is(value('thaw_registry_store_bytes'), BLOB.length);
  t.is(value('thaw_registry_store_blobs'), 1);
  for (const name of ['received', 'sent']) {
    const bytes = value(`thaw_registry_${name}_bytes_total`) ?? 0;
    t.true(bytes >= BLOB.length && bytes < BLOB.length + 20_000, `${name} ${bytes}`);
  }
  t.true((value('thaw_registry_disk_free_bytes') ?? 0) > 0);
  t.true((value('process_resident_memory_bytes') ?? 0) > 0);
  t.is(value('thaw_registry_certificate_end_timestamp_seconds'), undefined);
});

test('labels are bounded: what a client makes up becomes one', async (t) => {
  const { url } = await serving(t);
  for (const send of ['GET /wp-login.php', 'GET /v2/UPPER/tags/list', 'GET /v2/made-up-name/tags/list']) {
    await call(url, { send });
  }
  await call(url, { send: 'PROPFIND /v2/' });
  const text = (await call(url, { send: 'GET /metrics' })).body.toString();
  t.regex(text, /requests_total\{method="GET",route="unknown",status="404"\} 1/);
  t.regex(text, /requests_total\{method="other",route="unknown",status="405"\} 1/);
  t.notRegex(text, /wp-login|UPPER|made-up|PROPFIND/);
});

test('metrics have a place of their own where that is asked for, with nothing else in it', async (t) => {
  const { access } = await accessFiles(t, { rules: '', users: { ann: 'x' } });
  await writeFile(access, 'htpasswd: htpasswd\nrules: []\n');
  const { url, metricsUrl = '' } = await serving(t, { access, metrics: ANYWHERE });
  t.is((await call(url, { send: 'GET /metrics' })).status, 401);
  t.regex((await call(metricsUrl, { send: 'GET /metrics' })).body.toString(), /thaw_registry_requests_total/);
  t.is((await call(metricsUrl, { send: 'GET /readyz' })).status, 200);
  t.is((await call(metricsUrl, { send: 'GET /v2/_catalog' })).status, 404);
  t.is((await call(metricsUrl, { send: 'POST /v2/a/blobs/uploads/' })).status, 404);
});

test('a second place that is taken stops the start, and the first one is free again', async (t) => {
  const { port } = await serving(t);
  await throwsCode(t, 'LISTEN_FAILED', () => serving(t, { metrics: { host: '127.0.0.1', port } }));
});

test('metrics of an insecure registry are not for everybody', async (t) => {
  const { port } = await serving(t, { host: '0.0.0.0', insecure: true });
  const { status, body } = await call(`http://127.0.0.1:${port}`, { send: 'GET /metrics' });
  t.is(status, 403);
  t.regex(body.toString(), /--metrics-listen/);
});

test('the registry is ready while its data folder can be written, and healthy also when it cannot', async (t) => {
  const { url, root } = await serving(t);
  const ready = () => call(url, { send: 'GET /readyz' });
  t.is((await ready()).status, 200);
  t.deepEqual(JSON.parse((await ready()).body.toString()), { ready: true, checks: { storage: 'ok' } });
  await rm(join(root, 'thaw'), { recursive: true });
  await writeFile(join(root, 'thaw'), 'in the way');
  const { status, body } = await until(ready, (reply) => reply.status !== 200);
  t.is(status, 503);
  t.deepEqual(JSON.parse(body.toString()), { ready: false, checks: { storage: 'STORAGE_FAILED' } });
  t.false(body.toString().includes(root));
  t.is((await call(url, { send: 'GET /healthz' })).status, 200);
});

const IDS: readonly [given: string | undefined, honoured: boolean][] = [
  ['trace-1234', true],
  ['Root=1-67891233-abcdef012345678912345678', true],
  ['x'.repeat(129), false],
  ['a b', false],
  ['{"level":60}', false],
  [undefined, false],
];

for (const [given, honoured] of IDS) {
  test(`a request with the id ${given ?? 'left out'} is logged under ${honoured ? 'it' : 'another'}`, async (t) => {
    const { url, log } = await serving(t);
    const { headers } = await call(url, {
      send: 'GET /v2/',
      headers: given === undefined ? {} : { 'X-Request-Id': given },
    });
    const id = String(headers['x-request-id']);
    t.is(id === given, honoured);
    t.regex(id, honoured ? /./ : /^[0-9a-f-]{36}$/);
    await until(log, (text) => text.includes(`"requestId":${JSON.stringify(id)}`));
  });
}

test('probes are logged for those who look closely only', async (t) => {
  const { url, log } = await serving(t);
  await call(url, { send: 'GET /healthz' });
  await call(url, { send: 'GET /v2/' });
  const text = await until(log, (found) => found.includes('"path":"/v2/"'));
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.is(lines.find(({ path }) => path === '/healthz').level, 20);
  t.is(lines.find(({ path }) => path === '/v2/').level, 30);
});

test('while it stops it ends what runs, answers 503 on open connections and takes no new ones', async (t) => {
  const registry = await serving(t, { metrics: ANYWHERE });
  const { url, port, metricsUrl = '' } = registry;
  const location = (await call(url, { send: 'POST /v2/a/blobs/uploads/' })).headers.location;
  const running = await rawConnection(port);
  let answer = '';
  running.on('data', (chunk) => {
    answer += chunk;
  });
  const head = `PATCH ${location} HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n`;
  running.write(`${head}half`);
  await until(
    async () => (await call(url, { send: 'GET /metrics' })).body.toString(),
    (text) => text.includes('thaw_registry_running_requests 2'),
  );
  const closed = registry.close({ graceMs: 60_000 });
  await until(
    () => errnoOfCall(url),
    (errno) => errno === 'ECONNREFUSED',
  );
  const ready = await call(metricsUrl, { send: 'GET /readyz' });
  t.is(ready.status, 503);
  t.deepEqual(JSON.parse(ready.body.toString()), { ready: false, checks: { stopping: 'true' } });
  running.write(`halfGET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n`);
  await closed;
  await ended(running);
  t.regex(answer, /^HTTP\/1\.1 202 /);
  const after = await serving(t, { root: registry.root });
  t.is((await call(after.url, { send: `GET ${location}` })).headers['range'], '0-7');
});

test('a request that comes on an open connection while it stops is asked to come again', async (t) => {
  const registry = await serving(t);
  const blob = Buffer.alloc(32 * 1024 * 1024);
  await call(registry.url, { send: `POST /v2/a/blobs/uploads/?digest=${digestOf(blob)}`, body: blob });
  const socket = await rawConnection(registry.port);
  socket.pause();
  const get = `GET /v2/a/blobs/${digestOf(blob)} HTTP/1.1\r\nHost: x\r\n\r\n`;
  socket.write(get);
  await once(socket, 'readable');
  const closed = registry.close({ graceMs: 60_000 });
  socket.write('GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n');
  let tail = '';
  socket.on('data', (chunk) => {
    tail = (tail + chunk.toString('latin1')).slice(-2_000);
  });
  socket.resume();
  await closed;
  await ended(socket);
  t.regex(tail, /HTTP\/1\.1 503 /);
});
