import { copyFile, readdir, readFile, stat, truncate } from 'node:fs/promises';
import { basename, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { tagFor } from '../../src/builder/tag.ts';
import { startFakeRegistry } from '../helpers/fake-registry.ts';
import { fixturePath, temporaryFolder, unpackCache } from '../helpers/fixtures.ts';
import { CLI, thaw, thawOk } from '../helpers/thaw.ts';

const WEB = fixturePath('crio/web');
const TAG = tagFor(basename(WEB));

/** A home of the test's own, so that nothing of the machine's is read or written. */
async function home(t: ExecutionContext): Promise<{ HOME: string; XDG_DATA_HOME: string }> {
  const folder = await temporaryFolder(t);
  return { HOME: folder, XDG_DATA_HOME: join(folder, 'data') };
}

test('without a registry an archive goes into the data folder, and the reference is all that stdout says', async (t) => {
  const env = await home(t);
  const { stdout, stderr, exitCode } = await thaw(['convert', WEB], { env });
  t.is(exitCode, 0);
  t.regex(stdout, new RegExp(`^checkpoint-registry\\.local/checkpoints:${TAG}@sha256:[0-9a-f]{64}$`));
  t.regex(stderr, /: 261 KiB in 1 layer, /);
  const tag = `thaw/registry/docker/registry/v2/repositories/checkpoints/_manifests/tags/${TAG}/current/link`;
  t.is(await readFile(join(env.XDG_DATA_HOME, tag), 'utf8'), stdout.split('@')[1] ?? '');
});

test('the same archive again is the same image, and nothing is sent', async (t) => {
  const env = await home(t);
  const first = await thawOk(['convert', WEB], { env });
  const { stdout, stderr } = await thaw(['convert', WEB], { env });
  t.is(stdout, first);
  t.regex(stderr, /was there already/);
});

test('a tag that names another image stays, until --replace-tag', async (t) => {
  const env = await home(t);
  const to = ['--to', 'checkpoint-registry.local/checkpoints:one'];
  const first = await thawOk(['convert', WEB, ...to], { env });
  const other = fixturePath('crio/web-sidecar');
  const refused = await thaw(['convert', other, ...to], { env });
  t.is(refused.exitCode, 6);
  t.regex(refused.stderr, /TAG_TAKEN/);
  t.true(refused.stderr.includes(first.split('@')[1] ?? ''), 'says what the tag names');
  const moved = await thawOk(['convert', other, ...to, '--replace-tag'], { env });
  t.not(moved, first);
});

test('several archives: one that fails does not stop the others, and its kind is the exit code', async (t) => {
  const env = await home(t);
  const folder = await temporaryFolder(t);
  const broken = join(folder, 'broken.tar');
  await copyFile(WEB, broken);
  await truncate(broken, 100_000);
  const { stdout, stderr, exitCode } = await thaw(['convert', broken, WEB], { env });
  t.is(exitCode, 3);
  t.regex(stderr, /ARCHIVE_(TRUNCATED|GROWING)/);
  t.is(stdout.split('\n').length, 1);
  t.true(stdout.includes(TAG));
});

test('--json gives one line for each archive, and warnings as JSON on stderr', async (t) => {
  const env = await home(t);
  const { stdout, stderr } = await thaw(['convert', fixturePath('crio/counter'), WEB, '--json'], { env });
  const results = stdout.split('\n').map((line) => JSON.parse(line));
  t.is(results.length, 2);
  t.regex(results[1].reference, /@sha256:[0-9a-f]{64}$/);
  t.is(results[1].metadata.container.name, 'web');
  t.is(results[1].bytes, (await stat(WEB)).size);
  t.deepEqual(Object.keys(results[1].seconds).sort(), Object.keys(results[0].seconds).sort());
  const warnings = stderr.split('\n').map((line) => JSON.parse(line).warning.code);
  t.deepEqual(warnings, ['TRAILING_DATA']);
});

test('--quiet says nothing but the reference', async (t) => {
  const { stdout, stderr } = await thaw(['convert', WEB, '--quiet'], { env: await home(t) });
  t.regex(stdout, /@sha256:/);
  t.is(stderr, '');
});

test('Ctrl-C cancels: the upload session is removed, nothing is tagged, the exit code is 130', async (t) => {
  const folder = await temporaryFolder(t);
  const cache = await unpackCache(folder);
  const fake = await startFakeRegistry(t, {
    // Takes the first bytes of an upload and then no more.
    intercept: (request) => request.method === 'PATCH' && request.once('data', () => request.pause()) !== undefined,
  });
  const child = execa(process.execPath, [CLI, 'convert', cache, '--to', `${fake.registry}/checkpoints`], {
    reject: false,
  });
  while (!fake.requests.some((line) => line.startsWith('PATCH')))
    await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGINT');
  const { exitCode, stderr } = await child;
  t.is(exitCode, 130);
  t.regex(stderr, /thaw: CANCELLED: SIGINT/);
  t.true(
    fake.requests.some((line) => line.startsWith('DELETE')),
    fake.requests.join('\n'),
  );
  t.is(fake.sessions.size, 0);
  t.is(fake.manifests.size, 0);
});

test('an archive is only read: its bytes and times stay as they are', async (t) => {
  const archive = join(await temporaryFolder(t), 'web.tar');
  await copyFile(WEB, archive);
  const before = await stat(archive, { bigint: true });
  await thawOk(['convert', archive], { env: await home(t) });
  const after = await stat(archive, { bigint: true });
  t.is(after.mtimeNs, before.mtimeNs);
  t.true((await readFile(archive)).equals(await readFile(WEB)));
  t.deepEqual(await readdir(join(archive, '..')), ['web.tar']);
});
