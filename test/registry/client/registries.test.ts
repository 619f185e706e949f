import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { digestOf } from '../../../src/oci/digest.ts';
import { CONFIG, MANIFEST } from '../../../src/oci/media-types.ts';
import { startRegistry } from '../../../src/registry/server/serve.ts';
import { collect } from '../../helpers/collect.ts';
import { startCuttingProxy } from '../../helpers/cutting-proxy.ts';
import { startDistribution } from '../../helpers/distribution.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { peerTest } from '../../helpers/peer.ts';
import { memorySource, openClient } from '../../helpers/registry-client.ts';
import { throwsCode } from '../../helpers/throws.ts';

// The client against real registries: the embedded one and CNCF Distribution.

interface Running {
  readonly registry: string;
  readonly root: string;
}

async function startEmbedded(t: ExecutionContext): Promise<Running> {
  const root = await temporaryFolder(t);
  const running = await startRegistry({ root });
  t.teardown(() => running.close({ graceMs: 0 }));
  return { registry: new URL(running.url).host, root };
}

const REGISTRIES = [
  ['the embedded registry', [], startEmbedded],
  ['CNCF Distribution', ['docker-registry'], (t: ExecutionContext): Promise<Running> => startDistribution(t)],
] as const;

const BYTES = randomBytes(300_000);
const DIGEST = digestOf(BYTES);

/** What upload sessions hold in a data folder. Distribution leaves an empty hash state of each one that was deleted. */
async function sessionsIn(root: string): Promise<string[]> {
  const folder = join(root, 'docker/registry/v2/repositories/checkpoints/_uploads');
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  return files.filter((file) => /data$|startedat$/.test(file));
}

for (const [name, peers, start] of REGISTRIES) {
  peerTest(peers, `${name} takes blobs and manifests and gives them back`, async (t) => {
    const client = await openClient(t, await start(t));
    const nothing = Buffer.alloc(0);
    const config = { mediaType: CONFIG, digest: digestOf(nothing), size: 0 };
    const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: DIGEST, size: BYTES.byteLength };
    const bytes = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer], annotations: {} }),
    );
    t.is((await client.putBlob(memorySource(nothing))).digest, config.digest);
    t.deepEqual(await client.putBlob(memorySource(BYTES)), { digest: DIGEST, size: BYTES.byteLength, existed: false });
    t.true((await client.putBlob(memorySource(BYTES, { digest: DIGEST }))).existed);
    t.is(await client.putManifest({ bytes, mediaType: MANIFEST, tag: 'a' }), digestOf(bytes));
    await throwsCode(t, 'TAG_TAKEN', () =>
      client.putManifest({ bytes: Buffer.concat([bytes, Buffer.from('\n')]), mediaType: MANIFEST, tag: 'a' }),
    );
    t.deepEqual(await client.getManifest('a'), { digest: digestOf(bytes), mediaType: MANIFEST, bytes });
    t.is(await client.getManifest('b'), undefined);
    t.deepEqual(await client.listTags(), ['a']);
    t.deepEqual(await collect(await client.getBlob(DIGEST)), BYTES);
    t.is(await client.hasBlob(digestOf('nothing')), undefined);
  });

  peerTest(peers, `${name} mounts a blob from another repository`, async (t) => {
    const running = await start(t);
    const from = await openClient(t, running);
    await from.putBlob(memorySource(BYTES));
    const to = await openClient(t, running, { repository: 'other' });
    const source = memorySource(BYTES, { digest: DIGEST, size: BYTES.byteLength });
    t.true((await to.putBlob(source, { mountFrom: 'checkpoints' })).existed);
    t.deepEqual(source.opened, []);
    t.is(await to.hasBlob(DIGEST), BYTES.byteLength);
  });

  peerTest(peers, `${name} gets and gives a blob whole wherever the line to it breaks`, async (t) => {
    const running = await start(t);
    const limits = fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 1, maxLength: 3 });
    const property = fc.asyncProperty(limits, limits, fc.boolean(), async (up, down, known) => {
      const bytes = randomBytes(300_000);
      const pushLine = await startCuttingProxy(t, running.registry, up);
      const pusher = await openClient(t, pushLine, { retry: { attempts: 8, base: 1 } });
      const { digest } = await pusher.putBlob(memorySource(bytes, known ? { size: bytes.byteLength } : {}));
      await pusher.close();
      const pullLine = await startCuttingProxy(t, running.registry, down);
      const puller = await openClient(t, pullLine, { retry: { attempts: 8, base: 1 } });
      const back = await collect(await puller.getBlob(digest));
      await puller.close();
      return digest === digestOf(bytes) && back.equals(bytes);
    });
    await t.notThrowsAsync(fc.assert(property, { numRuns: 20 }));
  });

  peerTest(peers, `no session is left at ${name} when a push is cancelled`, async (t) => {
    const running = await start(t);
    const client = await openClient(t, running, { timeouts: { cleanup: 5000 } });
    const stop = new AbortController();
    const source = {
      async *open(_: number, signal?: AbortSignal) {
        yield BYTES;
        stop.abort();
        await sleep(60_000, undefined, { signal });
      },
    };
    await throwsCode(t, 'CANCELLED', () => client.putBlob(source, { signal: stop.signal }));
    t.deepEqual(await sessionsIn(running.root), []);
  });

  peerTest(peers, `no session is left at ${name} when the source fails`, async (t) => {
    const running = await start(t);
    const client = await openClient(t, running);
    const source = {
      size: BYTES.byteLength + 1,
      async *open() {
        yield BYTES;
        throw new Error('disk');
      },
    };
    await t.throwsAsync(client.putBlob(source), { message: 'disk' });
    t.deepEqual(await sessionsIn(running.root), []);
  });
}

test('a break at the embedded registry is mended from where it stands', async (t) => {
  const { registry, root } = await startEmbedded(t);
  const line = await startCuttingProxy(t, registry, [200_000, 200_000]);
  const client = await openClient(t, line, { retry: { attempts: 5, base: 100 } });
  const source = memorySource(BYTES, { size: BYTES.byteLength });
  t.is((await client.putBlob(source)).digest, DIGEST);
  t.true(line.cuts > 0);
  t.true((source.opened[1] ?? 0) > 0, `went on at ${source.opened[1]}`);
  t.deepEqual(await sessionsIn(root), []);
});
