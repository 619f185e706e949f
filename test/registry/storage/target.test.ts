import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import shajs from 'sha.js';
import { ThawError } from '../../../src/errors.ts';
import { type Digest, digestOf, splitDigest } from '../../../src/oci/digest.ts';
import { MANIFEST } from '../../../src/oci/media-types.ts';
import { openStorageTarget } from '../../../src/registry/storage/target.ts';
import type { BlobSource, Target } from '../../../src/registry/target.ts';
import { collect } from '../../helpers/collect.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { EMPTY, imageManifest } from '../../helpers/pushes.ts';
import { throwsCode } from '../../helpers/throws.ts';

const BYTES = randomBytes(2_500_000);

async function opened(
  t: ExecutionContext,
  root?: string,
  repository = 'checkpoints',
): Promise<Target & { root: string }> {
  const folder = root ?? (await temporaryFolder(t));
  const target = await openStorageTarget({ root: folder, repository });
  return Object.assign(target, { root: folder });
}

function source(bytes: Buffer | string, extra: Partial<BlobSource> = {}): BlobSource {
  return {
    async *open(offset) {
      const all = Buffer.from(bytes);
      for (let at = offset; at < all.length; at += 700_000) yield all.subarray(at, at + 700_000);
    },
    ...extra,
  };
}

function dataPath(root: string, digest: Digest): string {
  const { algorithm, hex } = splitDigest(digest);
  return join(root, 'docker/registry/v2/blobs', algorithm, hex.slice(0, 2), hex, 'data');
}

async function sessions(root: string): Promise<string[]> {
  return readdir(join(root, 'docker/registry/v2/repositories/checkpoints/_uploads'));
}

test('its name is the one that nodes know, unless another is said', async (t) => {
  const root = await temporaryFolder(t);
  t.is((await openStorageTarget({ root, repository: 'a/b' })).name, 'checkpoint-registry.local/a/b');
  t.is((await openStorageTarget({ root, repository: 'a', name: 'r.example/a' })).name, 'r.example/a');
});

test('a blob is stored under the digest that sha.js computes, and comes back', async (t) => {
  const target = await opened(t);
  const sent: number[] = [];
  const result = await target.putBlob(source(BYTES), { onBytes: (bytes) => sent.push(bytes) });
  t.deepEqual(result, {
    digest: `sha256:${shajs('sha256').update(BYTES).digest('hex')}`,
    size: BYTES.length,
    existed: false,
  });
  t.is(sent.at(-1), BYTES.length);
  t.is(await target.hasBlob(result.digest), BYTES.length);
  t.true((await collect(await target.getBlob(result.digest))).equals(BYTES));
  t.deepEqual(await sessions(target.root), []);
});

test('a blob by a sha512 digest', async (t) => {
  const target = await opened(t);
  const digest = digestOf(BYTES, 'sha512');
  t.like(await target.putBlob(source(BYTES, { digest })), { digest, existed: false });
  t.true((await collect(await target.getBlob(digest))).equals(BYTES));
});

test('a blob that is there is not read again', async (t) => {
  const target = await opened(t);
  const { digest } = await target.putBlob(source(BYTES));
  const unread = source('', { digest, open: () => t.fail() as never });
  t.deepEqual(await target.putBlob(unread), { digest, size: BYTES.length, existed: true });
});

test('a blob of another repository is mounted', async (t) => {
  const other = await opened(t);
  const { digest } = await other.putBlob(source(BYTES));
  const target = await opened(t, other.root, 'other');
  t.is(await target.hasBlob(digest), undefined);
  const unread = source('', { digest, open: () => t.fail() as never });
  t.like(await target.putBlob(unread, { mountFrom: 'checkpoints' }), { size: BYTES.length, existed: true });
  t.is(await target.hasBlob(digest), BYTES.length);
});

const REASON = new ThawError('ARCHIVE_CHANGED', { message: 'm', next: 'n' });

async function* breaking(): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(2_000_000);
  throw REASON;
}

test('a source that fails passes its own error on and leaves no session', async (t) => {
  const target = await opened(t);
  t.is(await throwsCode(t, 'ARCHIVE_CHANGED', () => target.putBlob({ open: breaking })), REASON);
  t.deepEqual(await sessions(target.root), []);
});

test('a source of other bytes than its digest says leaves no blob and no session', async (t) => {
  const target = await opened(t);
  await throwsCode(t, 'DIGEST_MISMATCH', () => target.putBlob(source(BYTES, { digest: digestOf('other') })));
  t.is(await target.hasBlob(digestOf(BYTES)), undefined);
  t.deepEqual(await sessions(target.root), []);
});

test('a source of another size than it says leaves no session', async (t) => {
  const target = await opened(t);
  const error = await throwsCode(t, 'DIGEST_MISMATCH', () => target.putBlob(source(BYTES, { size: 1 })));
  t.is(error?.facts['found'], BYTES.length);
  t.deepEqual(await sessions(target.root), []);
});

test('cancelling leaves no session', async (t) => {
  const target = await opened(t);
  const cancelling = new AbortController();
  const onBytes = () => cancelling.abort();
  await throwsCode(t, 'CANCELLED', () => target.putBlob(source(BYTES), { signal: cancelling.signal, onBytes }));
  t.deepEqual(await sessions(target.root), []);
  await throwsCode(t, 'CANCELLED', () => target.hasBlob(digestOf(BYTES), { signal: cancelling.signal }));
});

test('a disk that refuses to store the blob is STORAGE_FAILED and leaves no session', async (t) => {
  const target = await opened(t);
  const uploads = join(target.root, 'docker/registry/v2/repositories/checkpoints/_uploads');
  const full = source(BYTES, { digest: digestOf(BYTES) });
  const { hex } = splitDigest(digestOf(BYTES));
  await mkdir(join(target.root, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2)), { recursive: true });
  await writeFile(join(target.root, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex), 'in the way');
  await throwsCode(t, 'STORAGE_FAILED', () => target.putBlob(full));
  t.deepEqual(await readdir(uploads), []);
});

test('a manifest goes in by a tag and comes out byte for byte', async (t) => {
  const target = await opened(t);
  await target.putBlob(source(EMPTY));
  const bytes = imageManifest([]);
  const digest = await target.putManifest({ bytes, mediaType: MANIFEST, tag: 'v1' });
  t.is(digest, digestOf(bytes));
  for (const name of ['v1', digest])
    t.deepEqual(await target.getManifest(name), { digest, mediaType: MANIFEST, bytes });
  t.is(await target.getManifest('v2'), undefined);
  t.is(await target.getManifest(digestOf('other')), undefined);
});

test('a tag that names another digest is not moved unless that is asked for', async (t) => {
  const target = await opened(t);
  await target.putBlob(source(EMPTY));
  const [one, two] = [imageManifest([]), imageManifest([], { annotations: { a: 'b' } })];
  await target.putManifest({ bytes: one, mediaType: MANIFEST, tag: 'v1' });
  await throwsCode(t, 'TAG_TAKEN', () => target.putManifest({ bytes: two, mediaType: MANIFEST, tag: 'v1' }));
  t.is((await target.getManifest('v1'))?.digest, digestOf(one));
  await target.putManifest({ bytes: two, mediaType: MANIFEST, tag: 'v1', replace: true });
  t.is((await target.getManifest('v1'))?.digest, digestOf(two));
});

test('a manifest whose blobs are missing is refused', async (t) => {
  const target = await opened(t);
  const manifest = { bytes: imageManifest([]), mediaType: MANIFEST };
  const error = await throwsCode(t, 'NOT_FOUND', () => target.putManifest(manifest));
  t.is(error?.facts['digest'], digestOf(EMPTY));
});

test('bytes that are no manifest are refused', async (t) => {
  const target = await opened(t);
  await throwsCode(t, 'REGISTRY_PROTOCOL', () => target.putManifest({ bytes: Buffer.from('x'), mediaType: MANIFEST }));
});

test('a blob that is not there is NOT_FOUND', async (t) => {
  const target = await opened(t);
  await throwsCode(t, 'NOT_FOUND', () => target.getBlob(digestOf('other')));
});

test('a flipped byte is found when it is read', async (t) => {
  const target = await opened(t);
  const { digest } = await target.putBlob(source(BYTES));
  const path = dataPath(target.root, digest);
  const bytes = await readFile(path);
  bytes[1_000_000] = (bytes[1_000_000] ?? 0) ^ 1;
  await writeFile(path, bytes);
  await throwsCode(t, 'DIGEST_MISMATCH', async () => collect(await target.getBlob(digest)));
});

test('a flipped byte in a manifest is found when it is read', async (t) => {
  const target = await opened(t);
  await target.putBlob(source(EMPTY));
  const bytes = imageManifest([], { annotations: { a: 'b' } });
  const digest = await target.putManifest({ bytes, mediaType: MANIFEST, tag: 'v1' });
  await writeFile(dataPath(target.root, digest), bytes.toString().replace('"b"', '"c"'));
  await throwsCode(t, 'DIGEST_MISMATCH', () => target.getManifest('v1'));
});

test('a repository name that is none is refused before anything is made', async (t) => {
  const root = join(await temporaryFolder(t), 'root');
  await throwsCode(t, 'REFERENCE_INVALID', () => openStorageTarget({ root, repository: '../a' }));
  await t.throwsAsync(stat(root), { code: 'ENOENT' });
});

test('a root that is a file is refused', async (t) => {
  const file = join(await temporaryFolder(t), 'file');
  await writeFile(file, '');
  const error = await throwsCode(t, 'STORAGE_FAILED', () => openStorageTarget({ root: file, repository: 'a' }));
  t.is(error?.facts['path'], file);
});
