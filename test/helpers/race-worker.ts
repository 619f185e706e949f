import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isThawError } from '../../src/errors.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { CONFIG, LAYER, MANIFEST } from '../../src/oci/media-types.ts';
import { openRegistry } from '../../src/registry/client/target.ts';
import { CLOCK_SLACK, collectGarbage } from '../../src/registry/storage/gc/collect.ts';
import { openStore } from '../../src/registry/storage/store.ts';
import { openStorageTarget } from '../../src/registry/storage/target.ts';
import { verifyStore } from '../../src/registry/storage/verify/verify.ts';
import type { Target } from '../../src/registry/target.ts';

// One process of the race: `node race-worker.ts <role> <folder> <seed> <seconds> [<registry>]`. It does its work again and
// again and prints, as JSON, how often it did it, and what went wrong. Names come from a small set, so that processes
// meet on the same blobs, manifests and tags.

const REPOSITORY = 'race';
const TAGS = 6;
const BLOBS = 8;

const [role = '', root = '', seed = '0', seconds = '1', registry = ''] = process.argv.slice(2);

/** Bytes that depend on a number only. */
function bytesOf(number: number): Buffer {
  return Buffer.alloc(3000 + number, `blob ${number} `);
}

/** Numbers that depend on the seed only. */
function* numbers(text: string): Generator<number> {
  for (let at = 0; ; at += 1) yield createHash('sha256').update(`${text} ${at}`).digest().readUInt32BE();
}

const random = numbers(`${role} ${seed}`);
const pick = (below: number): number => Number(random.next().value) % below;

async function push(target: Target): Promise<void> {
  const descriptors = [];
  for (const [at, number] of [100, pick(BLOBS), pick(BLOBS)].entries()) {
    const bytes = bytesOf(number);
    const source = { size: bytes.length, digest: digestOf(bytes), open: (offset: number) => [bytes.subarray(offset)] };
    const open = async function* (offset: number) {
      yield* source.open(offset);
    };
    const { digest, size } = await target.putBlob({ ...source, open });
    descriptors.push({ mediaType: at === 0 ? CONFIG : LAYER.none, digest, size });
    if (pick(4) === 0) await sleep(pick(30));
  }
  const [config, ...layers] = descriptors;
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config, layers }));
  await target.putManifest({ bytes, mediaType: MANIFEST, tag: `t${pick(TAGS)}`, replace: true });
}

/** A collection with no grace at all may take what a push relied on: then the push must be refused, and only so. */
function isRefusal(error: unknown): boolean {
  if (isThawError(error, 'NOT_FOUND')) return true;
  return isThawError(error, 'REGISTRY_REFUSED') && JSON.stringify(error.facts).includes('MANIFEST_BLOB_UNKNOWN');
}

async function roles(): Promise<() => Promise<void>> {
  const store = await openStore(root);
  const names = { container: ['container'], made: ['made'], keep: 'keep' } as const;
  switch (role) {
    case 'push': {
      const credentialSources = { environment: {}, home: '/nonexistent' };
      const target = await openRegistry({ registry, repository: REPOSITORY, credentialSources });
      return () => push(target);
    }
    case 'convert': {
      const target = await openStorageTarget({ root, repository: REPOSITORY });
      return () => push(target);
    }
    case 'gc':
      return async () => void (await collectGarbage(store, { grace: -CLOCK_SLACK, names }));
    case 'rm':
      return async () => {
        await sleep(20);
        const tag = `t${pick(TAGS)}`;
        const digest = await store.tags.read(REPOSITORY, tag);
        if (digest !== undefined && pick(2) === 0) await store.manifests.remove(REPOSITORY, digest);
        else await store.tags.remove(REPOSITORY, tag);
      };
    default:
      return async () => {
        const { faults } = await verifyStore(store);
        if (faults.length > 0) throw new Error(JSON.stringify(faults));
      };
  }
}

const run = await roles();
const end = Date.now() + Number(seconds) * 1000;
const said = { role, done: 0, refused: 0, busy: 0, failed: [] as string[] };
while (Date.now() < end) {
  try {
    await run();
    said.done += 1;
  } catch (error) {
    if (isRefusal(error)) said.refused += 1;
    else if (isThawError(error, 'STORE_IN_USE')) said.busy += 1;
    else said.failed.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    await sleep(10);
  }
}
console.log(JSON.stringify(said));
process.exit(0);
