import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { execa } from 'execa';
import { digestOf } from '../../src/oci/digest.ts';
import { LAYER as LAYER_TYPE, MANIFEST } from '../../src/oci/media-types.ts';
import { startRegistry } from '../../src/registry/server/serve.ts';
import { call } from '../helpers/call.ts';
import { DISTRIBUTIONS, startDistribution } from '../helpers/distribution.ts';
import { temporaryFolder } from '../helpers/fixtures.ts';
import { peerTest } from '../helpers/peer.ts';
import { EMPTY, imageManifest } from '../helpers/pushes.ts';
import { which } from '../helpers/which.ts';

// One data folder, served now by thaw and now by CNCF Distribution.

const LAYER = Buffer.alloc(200_000, 'layer');
const IMAGE = imageManifest([LAYER]);
const SUBJECT = { mediaType: MANIFEST, digest: digestOf(IMAGE), size: IMAGE.length };
const REFERRER = imageManifest([], { subject: SUBJECT, artifactType: 'application/x' });
const BIG_LAYER = { mediaType: LAYER_TYPE.none, digest: digestOf(LAYER, 'sha512'), size: LAYER.length };
const BIG_DIGEST = imageManifest([], { layers: [BIG_LAYER] });

/** Lets thaw serve a folder for as long as `use` runs. */
async function servedByThaw<Result>(root: string, use: (url: string) => Promise<Result>): Promise<Result> {
  const registry = await startRegistry({ root });
  try {
    return await use(registry.url);
  } finally {
    await registry.close();
  }
}

/** The same with CNCF Distribution of a major version. */
function servedBy(version: keyof typeof DISTRIBUTIONS) {
  return async <Result>(t: ExecutionContext, root: string, use: (url: string) => Promise<Result>): Promise<Result> => {
    const distribution = await startDistribution(t, { root, version });
    try {
      return await use(distribution.url);
    } finally {
      await distribution.stop();
    }
  };
}

async function pushBlob(url: string, blob: Buffer | string, algorithm?: 'sha512'): Promise<number> {
  const { headers } = await call(url, { send: 'POST /v2/a/b/blobs/uploads/' });
  const location = new URL(headers.location ?? '', url);
  location.searchParams.set('digest', digestOf(blob, algorithm));
  return (await call(url, { send: `PUT ${location.pathname}${location.search}`, body: blob })).status;
}

async function pushManifest(url: string, reference: string, body: Buffer): Promise<number> {
  const headers = { 'Content-Type': MANIFEST };
  return (await call(url, { send: `PUT /v2/a/b/manifests/${reference}`, headers, body })).status;
}

/** Pulls a tag with skopeo, which verifies every digest; gives the manifest that arrived. */
async function pull(t: ExecutionContext, url: string, tag: string): Promise<string> {
  const folder = await temporaryFolder(t);
  const from = `docker://${new URL(url).host}/a/b:${tag}`;
  await execa`skopeo copy --insecure-policy --src-tls-verify=false ${from} ${`dir:${folder}`}`;
  return digestOf(JSON.stringify(JSON.parse(await readText(join(folder, 'manifest.json')))));
}

async function readText(path: string): Promise<string> {
  return (await execa`cat ${path}`).stdout;
}

async function collectGarbage(t: ExecutionContext, program: string, root: string): Promise<string> {
  const config = join(await temporaryFolder(t), 'config.json');
  await writeFile(config, JSON.stringify({ version: 0.1, storage: { filesystem: { rootdirectory: root } } }));
  return (await execa`${which(program) ?? program} garbage-collect ${config}`).stdout;
}

/** What thaw wrote into a folder, all of it. */
async function fill(t: ExecutionContext, url: string): Promise<void> {
  for (const blob of [EMPTY, LAYER]) t.is(await pushBlob(url, blob), 201);
  t.is(await pushBlob(url, LAYER, 'sha512'), 201);
  t.is(await pushManifest(url, 'one', IMAGE), 201);
  t.is(await pushManifest(url, digestOf(REFERRER), REFERRER), 201);
  t.is(await pushManifest(url, `${digestOf(BIG_DIGEST, 'sha512')}?tag=big`, BIG_DIGEST), 201);
}

/** All that fill wrote is there. */
async function isWhole(t: ExecutionContext, url: string): Promise<void> {
  t.is(await pull(t, url, 'one'), digestOf(IMAGE));
  const { body: big } = await call(url, { send: 'GET /v2/a/b/manifests/big' });
  t.true(big.equals(BIG_DIGEST));
  const { body: layer } = await call(url, { send: `GET /v2/a/b/blobs/${digestOf(LAYER, 'sha512')}` });
  t.true(layer.equals(LAYER));
  const { body: referrers } = await call(url, { send: `GET /v2/a/b/referrers/${SUBJECT.digest}` });
  t.deepEqual(
    JSON.parse(referrers.toString()).manifests.map(({ digest }: { digest: string }) => digest),
    [digestOf(REFERRER)],
  );
}

for (const version of [2, 3] as const) {
  const name = `Distribution ${version}`;
  const program = DISTRIBUTIONS[version];
  const servedByDistribution = servedBy(version);

  peerTest([program, 'skopeo'], `${name} serves what thaw wrote, adds to it, and thaw serves both`, async (t) => {
    const root = await temporaryFolder(t);
    await servedByThaw(root, (url) => fill(t, url));
    const two = imageManifest([LAYER], { annotations: { from: 'Distribution' } });
    await servedByDistribution(t, root, async (url) => {
      t.is(await pull(t, url, 'one'), digestOf(IMAGE));
      t.deepEqual(await (await fetch(`${url}/v2/_catalog`)).json(), { repositories: ['a/b'] });
      t.is(await pushManifest(url, 'two', two), 201);
    });
    await servedByThaw(root, async (url) => {
      await isWhole(t, url);
      t.is(await pull(t, url, 'two'), digestOf(two));
      const { tags } = (await (await fetch(`${url}/v2/a/b/tags/list`)).json()) as { tags: string[] };
      t.deepEqual(tags, ['big', 'one', 'two']);
    });
  });

  peerTest([program, 'skopeo'], `thaw serves what ${name} wrote, adds to it, and ${name} serves both`, async (t) => {
    const root = await temporaryFolder(t);
    const two = imageManifest([LAYER], { annotations: { from: 'thaw' } });
    await servedByDistribution(t, root, async (url) => {
      for (const blob of [EMPTY, LAYER]) t.is(await pushBlob(url, blob), 201);
      t.is(await pushManifest(url, 'one', IMAGE), 201);
    });
    await servedByThaw(root, async (url) => {
      t.is(await pull(t, url, 'one'), digestOf(IMAGE));
      t.is(await pushManifest(url, 'two', two), 201);
    });
    await servedByDistribution(t, root, async (url) => {
      for (const [tag, image] of [
        ['one', IMAGE],
        ['two', two],
      ] as const)
        t.is(await pull(t, url, tag), digestOf(image));
      t.is((await call(url, { send: `DELETE /v2/a/b/manifests/${digestOf(two)}` })).status, 202);
    });
    await servedByThaw(root, async (url) => {
      t.is((await call(url, { send: 'HEAD /v2/a/b/manifests/two' })).status, 404);
      t.is(await pull(t, url, 'one'), digestOf(IMAGE));
    });
  });

  peerTest([program, 'skopeo'], `the garbage collector of ${name} leaves whole what thaw wrote`, async (t) => {
    const root = await temporaryFolder(t);
    await servedByThaw(root, async (url) => {
      await fill(t, url);
      t.is(await pushBlob(url, 'rubbish'), 201);
      await call(url, { send: `DELETE /v2/a/b/blobs/${digestOf('rubbish')}` });
    });
    const said = await collectGarbage(t, program, root);
    t.regex(said, new RegExp(`blob eligible for deletion: ${digestOf('rubbish')}`));
    await servedByThaw(root, (url) => isWhole(t, url));
  });

  peerTest(
    [program],
    `an upload session of ${name} goes on in thaw; of thaw's it wants its own token, so that they begin anew`,
    async (t) => {
      const root = await temporaryFolder(t);
      const begun = await servedByDistribution(t, root, async (url) => {
        const { headers } = await call(url, { send: 'POST /v2/a/b/blobs/uploads/' });
        const { pathname, search } = new URL(headers.location ?? '', url);
        t.is((await call(url, { send: `PATCH ${pathname}${search}`, body: LAYER.subarray(0, 100_000) })).status, 202);
        return pathname;
      });
      await servedByThaw(root, async (url) => {
        t.is((await call(url, { send: `GET ${begun}` })).headers['range'], '0-99999');
        const rest = { send: `PUT ${begun}?digest=${digestOf(LAYER)}`, body: LAYER.subarray(100_000) };
        t.is((await call(url, rest)).status, 201);
      });
      const unfinished = await servedByThaw(root, async (url) => {
        const { headers } = await call(url, { send: 'POST /v2/a/b/blobs/uploads/' });
        await call(url, { send: `PATCH ${headers.location}`, body: 'first' });
        return String(headers.location);
      });
      await servedByDistribution(t, root, async (url) => {
        t.true((await call(url, { send: `GET /v2/a/b/blobs/${digestOf(LAYER)}` })).body.equals(LAYER));
        const reply = await call(url, { send: `PATCH ${unfinished}`, body: 'second' });
        t.regex(reply.body.toString(), /BLOB_UPLOAD_INVALID/);
        t.is(await pushBlob(url, 'firstsecond'), 201);
      });
    },
  );
}
