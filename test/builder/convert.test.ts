import { copyFile, readFile, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { openArchive } from '../../src/builder/archive/open.ts';
import { type ConvertOptions, convert } from '../../src/builder/convert.ts';
import { LARGE_ARCHIVE } from '../../src/builder/image/layer-plan.ts';
import { readCheckpointImage } from '../../src/builder/image/read.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { collect } from '../helpers/collect.ts';
import { fixturePath, temporaryFolder, unpackCache } from '../helpers/fixtures.ts';
import { writeLargeArchive } from '../helpers/large-archive.ts';
import { leftovers, localTarget } from '../helpers/local-target.ts';
import { memberBlocks, tarOf } from '../helpers/tar-blocks.ts';
import { throwsCode } from '../helpers/throws.ts';

test('the image is under the name of the archive, and says what the archive says', async (t) => {
  const target = await localTarget(t);
  const archive = fixturePath('crio/web');
  const result = await convert({ archive, target });
  t.is(result.tag, '7d3f0a52-9d8e-4b43-8e6b-51b6f3a0c111-web-20261122-070311');
  t.like(result, { plan: 'single', existed: false, warnings: [], bytes: result.layers[0]?.size });
  t.like(result.metadata, { container: { name: 'web' }, pod: { name: 'web-0', namespace: 'shop' } });
  t.is((await readCheckpointImage(target, result.tag)).digest, result.digest);
});

test('seconds say where the time went, in every phase', async (t) => {
  const { seconds } = await convert({ archive: fixturePath('crio/web'), target: await localTarget(t) });
  t.deepEqual(Object.keys(seconds), ['scan', 'check', 'layers', 'config', 'manifest']);
  t.true(Object.values(seconds).every((phase) => phase > 0));
});

test('bytes behind the end mark are said, and not in the image', async (t) => {
  const result = await convert({ archive: fixturePath('crio/counter'), target: await localTarget(t) });
  t.deepEqual(
    result.warnings.map(({ code }) => code),
    ['TRAILING_DATA'],
  );
  t.is(result.layers[0]?.size, result.bytes);
});

test('the archive is only read', async (t) => {
  const path = join(await temporaryFolder(t), 'web.tar');
  await copyFile(fixturePath('crio/web'), path);
  const before = await stat(path, { bigint: true });
  await convert({ archive: path, target: await localTarget(t) });
  const after = await stat(path, { bigint: true });
  t.is(after.mtimeNs, before.mtimeNs);
  t.true((await readFile(path)).equals(await readFile(fixturePath('crio/web'))));
});

test('the same archive under the same name makes the same image, wherever it lies', async (t) => {
  const path = join(await temporaryFolder(t), 'web.tar');
  await copyFile(fixturePath('crio-1.37/web'), path);
  const one = await convert({ archive: fixturePath('crio-1.37/web'), target: await localTarget(t) });
  const two = await convert({ archive: path, target: await localTarget(t) });
  t.is(two.digest, one.digest);
});

const plans = test.macro<[Partial<ConvertOptions>, number[], string, number]>({
  exec: async (t, options, sizes, plan, layers) => {
    const archive = join(await temporaryFolder(t), 'large.tar');
    await writeLargeArchive(archive, sizes);
    const result = await convert({ archive, target: await localTarget(t), ...options });
    t.is(result.plan, plan as typeof result.plan);
    t.is(result.layers.length, layers);
  },
  title: (title) => `layers: ${title}`,
});
const HALF = LARGE_ARCHIVE / 2 / 2 ** 20;
test('a large archive is split', plans, {}, [HALF, HALF], 'split', 3);
test('a large archive is one layer where single is asked for', plans, { layers: 'single' }, [HALF, HALF], 'single', 1);
test('a smaller archive is one layer', plans, {}, [10, 10], 'single', 1);
test('a smaller archive is split where that is asked for', plans, { layers: 'split' }, [10, 10], 'split', 3);

test('a real archive of 46 MiB is pushed split and compressed', async (t) => {
  const archive = await unpackCache(await temporaryFolder(t));
  const result = await convert({ archive, target: await localTarget(t), layers: 'split', compression: 'zstd' });
  t.true(result.layers.length > 1);
  t.true(result.layers.reduce((sum, { size }) => sum + size, 0) < result.bytes);
});

test('a tag of one’s own', async (t) => {
  const target = await localTarget(t);
  const { digest, tag } = await convert({ archive: fixturePath('crio/web'), target, tag: 'mine' });
  t.is(tag, 'mine');
  t.is((await target.getManifest('mine'))?.digest, digest);
});

test('a tag that is none is REFERENCE_INVALID', async (t) => {
  const target = await localTarget(t);
  await throwsCode(t, 'REFERENCE_INVALID', () => convert({ archive: fixturePath('crio/web'), target, tag: 'a/b' }));
});

test('engine buildah and split layers do not go together', async (t) => {
  const options = { archive: fixturePath('crio/web'), engine: 'buildah', layers: 'split' } as const;
  const target = await localTarget(t);
  await throwsCode(t, 'USAGE', () => convert({ ...options, target }));
});

test('two names that differ by a character that no tag has get two images', async (t) => {
  const folder = await temporaryFolder(t);
  const target = await localTarget(t);
  for (const name of ['web:1.tar', 'web_1.tar', 'web+1.tar']) {
    await copyFile(fixturePath('crio/web'), join(folder, name));
    await convert({ archive: join(folder, name), target });
  }
  t.is((await leftovers(target)).tags.length, 3);
});

test('a conversion that is cancelled leaves no tag and no upload', async (t) => {
  const archive = join(await temporaryFolder(t), 'large.tar');
  await writeLargeArchive(archive, [20, 20]);
  for (const phase of ['scan', 'check', 'layers', 'config', 'manifest']) {
    const target = await localTarget(t);
    const controller = new AbortController();
    const onProgress: ConvertOptions['onProgress'] = (event) => {
      if (event.phase === phase) controller.abort();
    };
    const { signal } = controller;
    await throwsCode(t, 'CANCELLED', () => convert({ archive, target, layers: 'split', signal, onProgress }));
    t.deepEqual(await leftovers(target), { uploads: [], tags: [] });
  }
});

/** The members of a real archive, as tar bytes each. */
async function realMembers(): Promise<Map<string, Buffer>> {
  const archive = await openArchive(fixturePath('crio/web'));
  try {
    const members = archive.members.map(
      async ({ name, start, end }) => [name, await collect(archive.bytes(start, end))] as const,
    );
    return new Map(await Promise.all(members));
  } finally {
    await archive.close();
  }
}

const hostile = test.macro<[ErrorCode, (members: Map<string, Buffer>) => void]>({
  exec: async (t, code, change) => {
    const members = await realMembers();
    change(members);
    const path = join(await temporaryFolder(t), 'hostile.tar');
    await writeFile(path, tarOf(...members.values()));
    const target = await localTarget(t);
    await throwsCode(t, code, () => convert({ archive: path, target }));
    t.deepEqual(target.sent, []);
    t.deepEqual(await leftovers(target), { uploads: [], tags: [] });
  },
  title: (title, code) => `${title} is ${code}, and nothing is sent`,
});
const link = (path: string, linkpath: string) => memberBlocks({ path, linkpath, flag: '2' });
test('an archive without config.dump', hostile, 'NOT_A_CHECKPOINT', (members) => members.delete('config.dump'));
test('a name that climbs', hostile, 'MEMBER_NAME_UNSAFE', (members) =>
  members.set('x', memberBlocks({ path: '../../etc/cron.d/x' }, 'x')),
);
test('a symlink among the members', hostile, 'MEMBER_TYPE_UNSAFE', (members) =>
  members.set('x', link('x', '/etc/shadow')),
);
test('a symlink in place of spec.dump', hostile, 'MEMBER_TYPE_UNSAFE', (members) =>
  members.set('spec.dump', link('spec.dump', '/etc/shadow')),
);
test('a whiteout', hostile, 'MEMBER_WHITEOUT', (members) =>
  members.set('x', memberBlocks({ path: 'checkpoint/.wh.pages-1.img' })),
);
test('a second spec.dump', hostile, 'MEMBER_DUPLICATE', (members) =>
  members.set('x', memberBlocks({ path: 'spec.dump' }, '{}')),
);
test('a spec.dump that is no JSON', hostile, 'DUMP_INVALID', (members) =>
  members.set('spec.dump', memberBlocks({ path: 'spec.dump' }, '{')),
);
test('a bind.mounts entry for no mount', hostile, 'BIND_MOUNT_UNKNOWN', (members) =>
  members.set(
    'bind.mounts',
    memberBlocks(
      { path: 'bind.mounts' },
      JSON.stringify([{ source: '/etc/x', destination: '/x', file_type: 'directory', permissions: 511 }]),
    ),
  ),
);

test('a check that a person allows by its code becomes a warning', async (t) => {
  const members = await realMembers();
  members.set('x', link('x', '/etc/shadow'));
  const path = join(await temporaryFolder(t), 'linked.tar');
  await writeFile(path, tarOf(...members.values()));
  const allow = new Set<ErrorCode>(['MEMBER_TYPE_UNSAFE']);
  const { warnings, layers } = await convert({ archive: path, target: await localTarget(t), allow, layers: 'split' });
  t.deepEqual(
    warnings.map(({ code }) => code),
    ['CHECK_ALLOWED'],
  );
  t.is(layers.length, 1);
});

const unreadable = test.macro<[ErrorCode, (path: string) => Promise<void>]>({
  exec: async (t, code, make) => {
    const path = join(await temporaryFolder(t), 'web.tar');
    await make(path);
    const target = await localTarget(t);
    await throwsCode(t, code, () => convert({ archive: path, target }));
    t.deepEqual(await leftovers(target), { uploads: [], tags: [] });
  },
  title: (title, code) => `${title} is ${code}`,
});
test('no file', unreadable, 'ARCHIVE_NOT_FOUND', async () => {});
test('an empty file', unreadable, 'ARCHIVE_EMPTY', (path) => writeFile(path, ''));
test('a link to nowhere', unreadable, 'ARCHIVE_NOT_FOUND', (path) => symlink('nowhere', path));
test('an old archive that ends too early', unreadable, 'ARCHIVE_TRUNCATED', async (path) => {
  await copyFile(fixturePath('crio/web'), path);
  await truncate(path, 100_000);
  await utimes(path, 1_700_000_000, 1_700_000_000);
});

test('limits on the archive are passed on', async (t) => {
  const target = await localTarget(t);
  const options = { archive: fixturePath('crio/web'), target, limits: { members: 3 } };
  await throwsCode(t, 'ARCHIVE_TOO_MANY_MEMBERS', () => convert(options));
});
