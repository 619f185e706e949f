import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { digestOf } from '../../../src/oci/digest.ts';
import { HEADERS_COUNT, HEADERS_SIZE, LIMITS } from '../../../src/registry/server/limits.ts';
import { accessFiles, basic } from '../../helpers/access-files.ts';
import { call } from '../../helpers/call.ts';
import { ended, raw, rawConnection } from '../../helpers/raw.ts';
import { type Serving, serving } from '../../helpers/serving.ts';
import { until } from '../../helpers/until.ts';

const BEGIN = { send: 'POST /v2/a/blobs/uploads/' };
const BLOB = Buffer.alloc(100_000, 'thaw');

async function begun({ url }: Serving): Promise<string> {
  return (await call(url, BEGIN)).headers.location ?? '';
}

async function metric({ url }: Serving, name: string): Promise<number> {
  const { body } = await call(url, { send: 'GET /metrics' });
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(body.toString())?.[1]);
}

test('more upload sessions than may be open are refused until one ends, however it ends', async (t) => {
  const registry = await serving(t, { limits: { sessions: 3 } });
  const finish = (at: string) => call(registry.url, { send: `PUT ${at}?digest=${digestOf(BLOB)}`, body: BLOB });
  const fail = (at: string) => call(registry.url, { send: `PUT ${at}?digest=${digestOf('other')}`, body: BLOB });
  const cancel = (at: string) => call(registry.url, { send: `DELETE ${at}` });
  const open = [await begun(registry), await begun(registry), await begun(registry)];
  for (const end of [finish, fail, cancel]) {
    const refused = await call(registry.url, BEGIN);
    t.is(refused.status, 429);
    t.is(JSON.parse(refused.body.toString()).errors[0].code, 'TOOMANYREQUESTS');
    t.regex(refused.headers['retry-after'] ?? '', /^[1-9]\d*$/);
    t.is(await metric(registry, 'thaw_registry_upload_sessions'), 3);
    await end(open.shift() ?? '');
    t.is(await metric(registry, 'thaw_registry_upload_sessions'), 2);
    open.push(await begun(registry));
  }
});

test('a blob in one POST counts as a session only while it runs', async (t) => {
  const registry = await serving(t, { limits: { sessions: 1 } });
  for (let times = 0; times < 3; times += 1) {
    const { status } = await call(registry.url, { send: `${BEGIN.send}?digest=${digestOf(BLOB)}`, body: BLOB });
    t.is(status, 201);
  }
  t.is((await call(registry.url, { send: `${BEGIN.send}?digest=${digestOf('x')}`, body: BLOB })).status, 400);
  t.is(await metric(registry, 'thaw_registry_upload_sessions'), 0);
});

test('one client cannot take the sessions of another', async (t) => {
  const rules = '  - users: ["*"]\n    repositories: ["**"]\n    allow: [push]\n';
  const { access } = await accessFiles(t, { rules, users: { ann: 'a', bob: 'b' } });
  const { url } = await serving(t, { access, limits: { sessionsPerClient: 2 } });
  const status = async (user: string, password: string) =>
    (await call(url, { ...BEGIN, headers: basic(user, password) })).status;
  t.deepEqual([await status('ann', 'a'), await status('ann', 'a'), await status('ann', 'a')], [202, 202, 429]);
  t.is(await status('bob', 'b'), 202);
});

test('a session that nobody touches counts no more, but can go on', async (t) => {
  const registry = await serving(t, { limits: { sessions: 1, sessionIdleMs: 1 } });
  const location = await begun(registry);
  await sleep(5);
  t.is((await call(registry.url, BEGIN)).status, 202);
  t.is((await call(registry.url, { send: `PATCH ${location}`, body: BLOB })).status, 202);
});

test('connections beyond the limit are closed at once, and counted', async (t) => {
  const registry = await serving(t, { limits: { connections: 2 } });
  const held = [await rawConnection(registry.port), await rawConnection(registry.port)];
  await ended(await rawConnection(registry.port));
  held.pop()?.destroy();
  const count = () => metric(registry, 'thaw_registry_refused_connections_total').catch(() => 0);
  t.true((await until(count, (found) => found > 0)) >= 1);
  for (const socket of held) socket.destroy();
});

test('headers that are too large or too many bytes are refused before they are read to their end', async (t) => {
  const { port } = await serving(t);
  const large = `GET /v2/ HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(HEADERS_SIZE)}\r\n\r\n`;
  t.regex(await raw(port, large), /^HTTP\/1\.1 431 /);
  t.regex(await raw(port, `GET /v2/${'a'.repeat(HEADERS_SIZE)} HTTP/1.1\r\nHost: x\r\n\r\n`), /^HTTP\/1\.1 431 /);
});

test('of many headers only the first hundred are looked at', async (t) => {
  const { url } = await serving(t);
  const headers = Object.fromEntries(Array.from({ length: HEADERS_COUNT * 2 }, (_, at) => [`x-${at}`, '']));
  const { headers: answered } = await call(url, { send: 'GET /v2/', headers: { ...headers, 'X-Request-Id': 'late' } });
  t.not(answered['x-request-id'], 'late');
});

test('a blob that is larger than may be is refused, whether its length is announced or not', async (t) => {
  const registry = await serving(t, { limits: { blob: 100_000 } });
  const send = `PATCH ${await begun(registry)}`;
  t.is((await call(registry.url, { send, body: Buffer.alloc(100_001) })).status, 413);
  t.is((await call(registry.url, { send, body: [Buffer.alloc(60_000), Buffer.alloc(60_000)] })).status, 413);
  const other = `PATCH ${await begun(registry)}`;
  t.is((await call(registry.url, { send: other, body: BLOB })).status, 202);
  const refused = await call(registry.url, { send: other, body: Buffer.from('x') });
  t.is(refused.status, 413);
  t.deepEqual(JSON.parse(refused.body.toString()).errors[0].detail, { largest: 100_000, found: 100_001 });
});

test('a body that nobody wants is read to its end while it is small, and cut when it does not end', async (t) => {
  const registry = await serving(t, { limits: { unwanted: 1_000_000 } });
  const send = 'GET /v2/';
  t.is((await call(registry.url, { send, body: Buffer.alloc(900_000) })).status, 200);
  const socket = await rawConnection(registry.port);
  socket.write('GET /v2/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const pour = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', pour).resume();
  pour();
  await ended(socket);
  t.pass();
});

test('a client that waits to be told to go on is told so only when its body is wanted', async (t) => {
  const { port, url } = await serving(t);
  const location = (await call(url, BEGIN)).headers.location;
  const head = (at: string) => `PATCH ${at} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n`;
  const refused = await raw(port, `${head('/v2/a/blobs/uploads/00000000-0000-0000-0000-000000000000')}\r\n`);
  t.regex(refused, /^HTTP\/1\.1 404 /);
  t.regex(refused, /^Connection: close\r$/im);
  const socket = await rawConnection(port);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.write(`${head(location ?? '')}Connection: close\r\n\r\n`);
  await until(
    () => answer,
    (text) => text.startsWith('HTTP/1.1 100 '),
  );
  socket.write('half');
  await ended(socket);
  t.regex(answer, /HTTP\/1\.1 202 /);
});

test('a sender that drips is cut, what it sent stays, and the others go on', async (t) => {
  const registry = await serving(t, { limits: { slowestBody: 1_000, bodyWindowMs: 100 } });
  const location = await begun(registry);
  const socket = await rawConnection(registry.port);
  socket.write(`PATCH ${location} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nhalf`);
  const drip = setInterval(() => socket.write('.'), 20);
  await ended(socket);
  clearInterval(drip);
  await until(registry.log, (log) => log.includes('the body comes too slowly'));
  t.is((await call(registry.url, { send: `GET ${location}` })).status, 204);
  t.is((await call(registry.url, { send: 'GET /v2/' })).status, 200);
});

test('a sender that is quick enough is not cut, however long it sends', async (t) => {
  const registry = await serving(t, { limits: { slowestBody: 1_000, bodyWindowMs: 1_000 } });
  const location = await begun(registry);
  const socket = await rawConnection(registry.port);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.write(`PATCH ${location} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 50000\r\n\r\n`);
  for (let sent = 0; sent < 50_000; sent += 2_500) {
    socket.write(Buffer.alloc(2_500));
    await sleep(120);
  }
  await ended(socket);
  t.regex(answer, /^HTTP\/1\.1 202 /);
});

test('a client that does not take its answer is cut', async (t) => {
  const registry = await serving(t, { limits: { answerWindowMs: 100 } });
  const large = Buffer.alloc(32 * 1024 * 1024);
  const digest = digestOf(large);
  await call(registry.url, { send: `${BEGIN.send}?digest=${digest}`, body: large });
  const socket = await rawConnection(registry.port);
  socket.pause();
  socket.write(`GET /v2/a/blobs/${digest} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await until(registry.log, (log) => log.includes('the answer is not taken'));
  await ended(socket);
  t.is(await metric(registry, 'thaw_registry_running_requests'), 1);
});

test('what nobody said otherwise is generous', (t) => {
  t.true(LIMITS.blob >= 2 ** 40);
  t.true(LIMITS.sessionsPerClient >= 100 && LIMITS.sessions >= LIMITS.sessionsPerClient);
});
