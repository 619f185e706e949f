import { randomBytes } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../src/oci/digest.ts';
import { MANIFEST } from '../../src/oci/media-types.ts';
import { startRegistry } from '../../src/registry/server/serve.ts';
import { call } from '../helpers/call.ts';
import { collect } from '../helpers/collect.ts';
import { faultsInDataFolder } from '../helpers/data-folder.ts';
import { temporaryFolder } from '../helpers/fixtures.ts';
import { writeLargeArchive } from '../helpers/large-archive.ts';
import { imageManifest } from '../helpers/pushes.ts';
import { memorySource, openClient } from '../helpers/registry-client.ts';
import { thaw, thawOk } from '../helpers/thaw.ts';
import { throwsCode } from '../helpers/throws.ts';
import { mountTmpfs, tmpfsTest } from '../helpers/tmpfs.ts';

const MiB = 1024 * 1024;
const SMALL = randomBytes(MiB);
const LARGE = randomBytes(12 * MiB);

/** What is left of uploads in a repository, and of files on their way. */
async function leftovers(root: string, repository: string): Promise<string[]> {
  const uploads = join(root, 'docker/registry/v2/repositories', repository, '_uploads');
  return [...(await readdir(uploads).catch(() => [])), ...(await readdir(join(root, 'thaw/tmp')))];
}

tmpfsTest('a full disk is REGISTRY_FULL for the client, and nothing is left of its upload', async (t) => {
  const root = await mountTmpfs(t, 8 * MiB);
  const registry = await startRegistry({ root });
  t.teardown(() => registry.close());
  const client = await openClient(t, { registry: new URL(registry.url).host });
  const { digest } = await client.putBlob(memorySource(SMALL));
  const large = memorySource(LARGE, { piece: 64 * 1024, size: LARGE.length });
  const error = await throwsCode(t, 'REGISTRY_FULL', () => client.putBlob(large));
  t.is(error?.facts['status'], 507);
  t.deepEqual(await leftovers(root, 'checkpoints'), []);

  t.true((await collect(await client.getBlob(digest))).equals(SMALL));
  const more = randomBytes(MiB);
  t.is((await client.putBlob(memorySource(more))).digest, digestOf(more));
  t.deepEqual(await faultsInDataFolder(root), []);
});

tmpfsTest('a disk without room for a single byte takes no manifest, and takes it once there is room', async (t) => {
  const root = await mountTmpfs(t, 4 * MiB);
  const { url, close } = await startRegistry({ root });
  t.teardown(() => close());
  for (const blob of ['{}', SMALL]) {
    const { status } = await call(url, { send: `POST /v2/a/blobs/uploads/?digest=${digestOf(blob)}`, body: blob });
    t.is(status, 201);
  }
  const fill = join(root, 'fill');
  await t.throwsAsync(writeFile(fill, Buffer.alloc(8 * MiB)), { code: 'ENOSPC' });
  const body = imageManifest([SMALL]);
  const push = { send: 'PUT /v2/a/manifests/one', headers: { 'Content-Type': MANIFEST }, body };
  t.is((await call(url, push)).status, 507);
  t.is((await call(url, { send: `PUT /v2/a/manifests/${digestOf(body)}`, headers: push.headers, body })).status, 507);
  t.is((await call(url, { send: `POST /v2/a/blobs/uploads/` })).status, 507);
  t.is((await call(url, { send: 'GET /v2/a/manifests/one' })).status, 404);
  t.true((await call(url, { send: `GET /v2/a/blobs/${digestOf(SMALL)}` })).body.equals(SMALL));
  t.deepEqual(await leftovers(root, 'a'), []);

  await rm(fill);
  t.is((await call(url, push)).status, 201);
  t.deepEqual(await faultsInDataFolder(root), []);
});

tmpfsTest('a conversion straight to a full disk is STORAGE_FULL, and works once there is room', async (t) => {
  const root = await mountTmpfs(t, 8 * MiB);
  const archive = join(await temporaryFolder(t), 'web.tar');
  await writeLargeArchive(archive, [3]);
  const fill = join(root, 'fill');
  await writeFile(fill, Buffer.alloc(6 * MiB));
  const arguments_ = ['convert', archive, '--root', root, '--to', 'checkpoint-registry.local/checkpoints:web'];
  const { exitCode, stderr } = await thaw([...arguments_, '--quiet']);
  t.is(exitCode, 7);
  t.regex(stderr, /STORAGE_FULL: there is no room left to write/);
  t.deepEqual(await leftovers(root, 'checkpoints'), []);

  await rm(fill);
  await thawOk(arguments_);
  t.deepEqual(await faultsInDataFolder(root), []);
});
