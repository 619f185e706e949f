import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { digestOf } from '../../src/oci/digest.ts';
import { MANIFEST } from '../../src/oci/media-types.ts';
import { startRegistry } from '../../src/registry/server/serve.ts';
import { call } from '../helpers/call.ts';
import { faultsInDataFolder } from '../helpers/data-folder.ts';
import { temporaryFolder } from '../helpers/fixtures.ts';
import { EMPTY, imageManifest } from '../helpers/pushes.ts';
import { startServeProcess } from '../helpers/serve-process.ts';

// What docs/registry.md says under "What happens when".

const LARGE = randomBytes(24 * 1024 * 1024);

async function serving(t: ExecutionContext, root: string): Promise<string> {
  const registry = await startRegistry({ root });
  t.teardown(() => registry.close());
  return registry.url;
}

async function pushBlob(url: string, blob: Buffer | string): Promise<number> {
  return (await call(url, { send: `POST /v2/a/blobs/uploads/?digest=${digestOf(blob)}`, body: blob })).status;
}

async function pushImage(url: string, reference: string, layer: Buffer): Promise<Buffer> {
  const manifest = imageManifest([layer]);
  await Promise.all([pushBlob(url, EMPTY), pushBlob(url, layer)]);
  const headers = { 'Content-Type': MANIFEST };
  await call(url, { send: `PUT /v2/a/manifests/${reference}`, headers, body: manifest });
  return manifest;
}

async function statusOf(url: string, send: string): Promise<number> {
  return (await call(url, { send })).status;
}

test('one blob that many push at once, to two servers of one folder, stands once', async (t) => {
  const root = await temporaryFolder(t);
  const urls = [await serving(t, root), await serving(t, root)];
  const statuses = await Promise.all([...urls, ...urls, ...urls].map((url) => pushBlob(url, LARGE)));
  t.deepEqual(statuses, Array(6).fill(201));
  t.deepEqual(await readdir(join(root, 'docker/registry/v2/repositories/a/_uploads')), []);
  t.deepEqual(await readdir(join(root, 'thaw/tmp')), []);
  t.deepEqual(await faultsInDataFolder(root), []);
});

test('of pushes of one blob that end differently, the whole one counts', async (t) => {
  const root = await temporaryFolder(t);
  const url = await serving(t, root);
  const send = `POST /v2/a/blobs/uploads/?digest=${digestOf(LARGE)}`;
  const wrong = call(url, { send, body: LARGE.subarray(1) });
  const right = call(url, { send, body: LARGE });
  t.deepEqual([(await wrong).status, (await right).status], [400, 201]);
  t.deepEqual(await faultsInDataFolder(root), []);
});

test('a pull that has begun ends whole when its manifest is deleted', async (t) => {
  const url = await serving(t, await temporaryFolder(t));
  const manifest = await pushImage(url, 'one', LARGE);
  const pull = await fetch(`${url}/v2/a/blobs/${digestOf(LARGE)}`);
  t.is(await statusOf(url, `DELETE /v2/a/manifests/${digestOf(manifest)}`), 202);
  t.is(await statusOf(url, 'GET /v2/a/manifests/one'), 404);
  t.true(Buffer.from(await pull.arrayBuffer()).equals(LARGE));
  t.is(await statusOf(url, `GET /v2/a/blobs/${digestOf(EMPTY)}`), 200);
});

test('a pull that has begun gets the old image whole when its tag is moved', async (t) => {
  const url = await serving(t, await temporaryFolder(t));
  const old = await pushImage(url, 'one', LARGE);
  const pull = await fetch(`${url}/v2/a/manifests/one`);
  const fresh = await pushImage(url, 'one', randomBytes(1000));
  t.true(Buffer.from(await pull.arrayBuffer()).equals(old));
  t.true((await call(url, { send: `GET /v2/a/manifests/${digestOf(old)}` })).body.equals(old));
  t.true((await call(url, { send: `GET /v2/a/blobs/${digestOf(LARGE)}` })).body.equals(LARGE));
  t.true((await call(url, { send: 'GET /v2/a/manifests/one' })).body.equals(fresh));
});

test('of two that move a tag at once, one is the last, and both images stay', async (t) => {
  const root = await temporaryFolder(t);
  const urls = [await serving(t, root), await serving(t, root)] as const;
  const images = await Promise.all(urls.map((url, at) => pushImage(url, 'one', randomBytes(1000 + at))));
  const { body } = await call(urls[0], { send: 'GET /v2/a/manifests/one' });
  t.true(images.some((image) => image.equals(body)));
  for (const image of images) t.is(await statusOf(urls[1], `GET /v2/a/manifests/${digestOf(image)}`), 200);
});

test('an upload whose server is killed goes on at the next one, from where its bytes end', async (t) => {
  const root = await temporaryFolder(t);
  const first = await startServeProcess(t, root);
  const { headers } = await call(first.url, { send: 'POST /v2/a/blobs/uploads/' });
  const location = String(headers.location);
  await call(first.url, { send: `PATCH ${location}`, body: LARGE.subarray(0, 10_000_000) });
  const broken = call(first.url, { send: `PATCH ${location}`, body: LARGE.subarray(10_000_000) });
  broken.catch(() => {});
  await first.end('SIGKILL');

  const { url } = await startServeProcess(t, root);
  const { headers: where } = await call(url, { send: `GET ${location}` });
  const from = Number(/^0-(\d+)$/.exec(String(where['range']))?.[1]) + 1;
  t.true(from >= 10_000_000);
  const wrongPlace = { 'Content-Range': `0-${LARGE.length - 1}` };
  t.is((await call(url, { send: `PATCH ${location}`, headers: wrongPlace, body: LARGE })).status, 416);
  const end = { 'Content-Range': `${from}-${LARGE.length - 1}` };
  if (from < LARGE.length) await call(url, { send: `PATCH ${location}`, headers: end, body: LARGE.subarray(from) });
  t.is(await statusOf(url, `PUT ${location}?digest=${digestOf(LARGE)}`), 201);
  t.true((await call(url, { send: `GET /v2/a/blobs/${digestOf(LARGE)}` })).body.equals(LARGE));
});

test('a manifest whose blobs are not there yet is taken with --sparse, and only with it', async (t) => {
  for (const [args, status] of [
    [[], 404],
    [['--sparse'], 201],
  ] as const) {
    const { url, end } = await startServeProcess(t, await temporaryFolder(t), { args });
    const headers = { 'Content-Type': MANIFEST };
    const put = { send: 'PUT /v2/a/manifests/one', headers, body: imageManifest([LARGE]) };
    t.is((await call(url, put)).status, status);
    await end('SIGTERM');
  }
});
