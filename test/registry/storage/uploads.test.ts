import { randomUUID } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { digestOf } from '../../../src/oci/digest.ts';
import { openStore } from '../../../src/registry/storage/store.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { throwsCode } from '../../helpers/throws.ts';

const MEGABYTE = 1024 * 1024;

async function* bytes(...chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

test('bodies of one session that come at once are taken one after the other', async (t) => {
  const { uploads, blobs } = await openStore(await temporaryFolder(t));
  const session = await uploads.begin('a');
  const texts = Array.from({ length: 10 }, (_, at) => String(at).repeat(1000));
  const appended = await Promise.all(texts.map((text) => session.append(bytes(text.slice(0, 500), text.slice(500)))));
  t.true(appended.every((result) => result.accepted && result.taken === 1000));
  const digest = digestOf(texts.join(''));
  t.deepEqual(await uploads.finish(session, digest), { digest, size: 10_000 });
  t.is(await blobs.size('a', digest), 10_000);
});

test('a body that does not begin where the session stands is refused', async (t) => {
  const { uploads } = await openStore(await temporaryFolder(t));
  const session = await uploads.begin('a');
  await session.append(bytes('01234'), { at: 0 });
  t.deepEqual(await session.append(bytes('x'), { at: 4 }), { accepted: false });
  t.is(session.size, 5);
});

test('while a body arrives, its session tells how much of it stands on disk', async (t) => {
  const root = await temporaryFolder(t);
  const { uploads } = await openStore(root);
  const session = await uploads.begin('a');
  const path = join(root, 'docker/registry/v2/repositories/a/_uploads', session.id, 'data');
  const seen: number[] = [];
  async function* slow(): AsyncGenerator<Uint8Array> {
    for (let megabytes = 0; megabytes < 4; megabytes += 1) {
      while (session.size < (megabytes - 1) * MEGABYTE) await setImmediate();
      t.true((await stat(path)).size >= session.size);
      seen.push(session.size);
      yield Buffer.alloc(MEGABYTE, 'x');
    }
  }
  await session.append(slow());
  t.true((seen.at(-1) ?? 0) >= 2 * MEGABYTE);
  t.is(session.size, 4 * MEGABYTE);
});

test('a session of another process, or an earlier one, is found by its id and goes on', async (t) => {
  const root = await temporaryFolder(t);
  const session = await (await openStore(root)).uploads.begin('a');
  await session.append(bytes('first'));
  const { uploads } = await openStore(root);
  const found = await Promise.all([uploads.find('a', session.id), uploads.find('a', session.id)]);
  t.is(found[0], found[1]);
  t.is(found[0]?.size, 5);
  await found[0]?.append(bytes('second'));
  t.like(found[0] && (await uploads.finish(found[0])), { digest: digestOf('firstsecond') });
});

for (const [says, repository, id] of [
  ['that never was', 'a', randomUUID()],
  ['whose id is none', 'a', '../../_layers'],
] as const) {
  test(`a session ${says} is not found, and not cancelled`, async (t) => {
    const { uploads } = await openStore(await temporaryFolder(t));
    t.is(await uploads.find(repository, id), undefined);
    t.false(await uploads.cancel(repository, id));
  });
}

test('a session of another repository is not found', async (t) => {
  const { uploads } = await openStore(await temporaryFolder(t));
  const { id } = await uploads.begin('a');
  t.is(await uploads.find('b', id), undefined);
});

test('a cancelled session is gone from the disk', async (t) => {
  const root = await temporaryFolder(t);
  const { uploads } = await openStore(root);
  const { id } = await uploads.begin('a');
  t.true(await uploads.cancel('a', id));
  t.is(await uploads.find('a', id), undefined);
  t.deepEqual(await readdir(join(root, 'docker/registry/v2/repositories/a/_uploads')), []);
});

test('bytes of another digest than wanted leave no blob and no session', async (t) => {
  const { uploads, blobs } = await openStore(await temporaryFolder(t));
  const session = await uploads.begin('a');
  await session.append(bytes('found'));
  const error = await throwsCode(t, 'DIGEST_MISMATCH', () => uploads.finish(session, digestOf('wanted')));
  t.is(error?.facts['found'], digestOf('found'));
  t.is(await uploads.find('a', session.id), undefined);
  t.is(await blobs.storedSize(digestOf('found')), undefined);
});

test('a session that was begun long before thousands of others still ends well', async (t) => {
  const { uploads } = await openStore(await temporaryFolder(t));
  const session = await uploads.begin('a');
  await session.append(bytes('first'));
  for (let begun = 0; begun < 1100; begun += 1) await uploads.begin('b');
  const found = await uploads.find('a', session.id);
  t.not(found, session);
  await found?.append(bytes('second'), { at: 5 });
  t.like(found && (await uploads.finish(found)), { digest: digestOf('firstsecond'), size: 11 });
});

test('a session stands on disk as Distribution has it', async (t) => {
  const root = await temporaryFolder(t);
  const { uploads } = await openStore(root);
  const session = await uploads.begin('a/b');
  await session.append(bytes('bytes'));
  const folder = join(root, 'docker/registry/v2/repositories/a/b/_uploads', session.id);
  t.is(await readFile(join(folder, 'data'), 'utf8'), 'bytes');
  t.false(Number.isNaN(Date.parse(await readFile(join(folder, 'startedat'), 'utf8'))));
});
