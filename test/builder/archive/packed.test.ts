import { execFileSync } from 'node:child_process';
import { appendFile, copyFile, readFile, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import type { Archive } from '../../../src/builder/archive/archive.ts';
import type { ArchiveLimits } from '../../../src/builder/archive/limits.ts';
import { openArchive } from '../../../src/builder/archive/open.ts';
import { digestOf } from '../../../src/oci/digest.ts';
import { collect } from '../../helpers/collect.ts';
import { type FixtureName, fixturePath, temporaryFolder, unpackCache } from '../../helpers/fixtures.ts';
import { peerTest } from '../../helpers/peer.ts';
import { memberBlocks, tarOf } from '../../helpers/tar-blocks.ts';
import { throwsCode } from '../../helpers/throws.ts';

const PACK = { gzip: gzipSync, zstd: zstdCompressSync } as const;
const UNPACK = { gzip: gunzipSync, zstd: zstdDecompressSync } as const;
const FORMS = ['gzip', 'zstd'] as const;

for (const form of FORMS) {
  for (const name of ['crio/web', 'containerd/web', 'podman/counter'] as const) {
    test(`${name} as ${form} gives what the plain archive gives`, async (t) => {
      const plain = await opened(t, fixturePath(name));
      const bytes = await readFile(plain.path);
      const file = PACK[form](bytes);
      const packed = await written(t, file);
      t.is(packed.compression, form);
      t.is(packed.fileSize, file.length);
      t.is(packed.size, plain.size);
      t.deepEqual(packed.members, plain.members);
      t.deepEqual(packed.rootfsDiff, plain.rootfsDiff);
      t.deepEqual(packed.asIs, { digest: digestOf(file), diffId: digestOf(bytes) });
      t.deepEqual(packed.warnings, []);
      t.true((await collect(packed.bytes(0, packed.size))).equals(bytes));
      t.true((await collect(packed.bytes(70_001, 200_002))).equals(bytes.subarray(70_001, 200_002)));
      t.is((await collect(packed.bytes(9, 9))).length, 0);
      t.true((await collect(packed.fileBytes(7))).equals(file.subarray(7)));
      await sameReads(t, plain, packed);
    });
  }

  test(`stale bytes behind the end mark within ${form} are a warning, and the file is no layer as it is`, async (t) => {
    const archive = await written(t, PACK[form](await readFile(fixturePath('crio/counter'))));
    t.is(archive.size, 263_680);
    t.is(archive.asIs, undefined);
    t.like(archive.warnings[0], { code: 'TRAILING_DATA', facts: { bytes: 3584, end: 263_680 } });
  });

  test(`zeros behind the end mark within ${form} are padding`, async (t) => {
    const archive = await written(t, PACK[form](Buffer.concat([SMALL, Buffer.alloc(2 ** 20)])));
    t.is(archive.size, SMALL.length);
    t.deepEqual(archive.warnings, []);
    t.not(archive.asIs, undefined);
  });

  test(`bytes behind the ${form} stream are a warning, and the file is no layer as it is`, async (t) => {
    const whole = PACK[form](SMALL);
    for (const tail of ['x', 'a stale tail of an older archive', '\0'.repeat(512), '\x1f', '\x28\xb5\x2f']) {
      const archive = await written(t, Buffer.concat([whole, Buffer.from(tail, 'latin1')]));
      t.is(archive.size, SMALL.length);
      t.is(archive.asIs, undefined);
      t.like(archive.warnings[0], { code: 'TRAILING_DATA', facts: { bytes: tail.length, end: whole.length } });
      t.true((await collect(archive.bytes(0, archive.size))).equals(SMALL));
    }
  });

  test(`several ${form} streams behind each other are one archive`, async (t) => {
    const bytes = await readFile(fixturePath('crio/web'));
    const parts = [0, 1, 600, 100_000, 200_000].map((start, index, all) => bytes.subarray(start, all[index + 1]));
    const file = Buffer.concat(parts.map((part) => PACK[form](part)));
    const archive = await written(t, file);
    t.is(archive.size, bytes.length);
    t.deepEqual(archive.asIs, { digest: digestOf(file), diffId: digestOf(bytes) });
    t.true((await collect(archive.bytes(0, archive.size))).equals(bytes));
  });

  test(`zeros that ${form} shrinks beyond the ratio are a decompression bomb`, async (t) => {
    const pages = memberBlocks({ path: 'checkpoint/pages-1.img' }, Buffer.alloc(80 * 2 ** 20));
    const error = await throwsCode(t, 'DECOMPRESSION_BOMB', async () =>
      openArchive(await writtenFile(t, PACK[form](tarOf(pages)))),
    );
    t.true(Number(error?.facts['size']) > 64 * 2 ** 20);
    t.true(Number(error?.facts['read']) < 2 ** 20);
  });

  test(`a ${form} stream that grows beyond the size limit is a decompression bomb`, async (t) => {
    const limits = { decompressedSize: SMALL.length - 1 };
    await throwsCode(t, 'DECOMPRESSION_BOMB', async () =>
      openArchive(await writtenFile(t, PACK[form](SMALL)), { limits }),
    );
    await t.notThrowsAsync(opened(t, await writtenFile(t, PACK[form](SMALL)), { decompressedSize: SMALL.length }));
  });

  test(`a ${form} stream of something else is no tar`, async (t) => {
    const bytes = PACK[form](Buffer.alloc(4096, 'text '));
    await throwsCode(t, 'ARCHIVE_NOT_TAR', async () => openArchive(await writtenFile(t, bytes)));
  });

  test(`a ${form} stream of a cut archive is truncated`, async (t) => {
    const bytes = PACK[form](SMALL.subarray(0, 1600));
    const error = await throwsCode(t, 'ARCHIVE_TRUNCATED', async () => openArchive(await writtenFile(t, bytes)));
    t.is(error?.facts['size'], 1600);
  });

  test(`a damaged ${form} stream is corrupt`, async (t) => {
    const bytes = PACK[form](await readFile(fixturePath('crio/web')));
    bytes.fill(0xff, 20_000, 20_100);
    const error = await throwsCode(t, 'ARCHIVE_CORRUPT', async () => openArchive(await writtenFile(t, bytes)));
    t.is(typeof error?.facts['path'], 'string');
  });

  test(`a ${form} archive that shrank since it was opened has changed`, async (t) => {
    const archive = await written(t, PACK[form](SMALL));
    await truncate(archive.path, Math.floor(archive.fileSize / 2));
    await throwsCode(t, 'ARCHIVE_CHANGED', () => collect(archive.bytes(0, archive.size)));
    await throwsCode(t, 'ARCHIVE_CHANGED', () => archive.assertUnchanged());
  });

  test(`reading a ${form} archive stops when it is cancelled, and when nobody wants more`, async (t) => {
    const archive = await written(t, PACK[form](await readFile(fixturePath('crio/web'))));
    await throwsCode(t, 'CANCELLED', () => collect(archive.bytes(0, archive.size, AbortSignal.abort())));
    for await (const chunk of archive.bytes(0, archive.size)) {
      t.true(chunk.length > 0);
      break;
    }
  });
}

test('the real archives that Podman compressed are whole as they are', async (t) => {
  const cases: readonly (readonly [FixtureName, (typeof FORMS)[number]])[] = [
    ['podman/counter.gz', 'gzip'],
    ['podman/counter.zst', 'zstd'],
  ];
  for (const [name, form] of cases) {
    const file = await readFile(fixturePath(name));
    const archive = await opened(t, fixturePath(name));
    t.deepEqual(archive.asIs, { digest: digestOf(file), diffId: digestOf(UNPACK[form](file)) });
    t.true((await collect(archive.bytes(0, archive.size))).equals(UNPACK[form](file).subarray(0, archive.size)));
  }
});

test('an archive of 46 MiB, compressed, is the plain one', async (t) => {
  const folder = await temporaryFolder(t);
  const path = await unpackCache(folder);
  const packed = join(folder, 'cache.tar.gz');
  await writeFile(packed, gzipSync(await readFile(path), { level: 1 }));
  const [a, b] = [await opened(t, path), await opened(t, packed)];
  t.deepEqual(a.members, b.members);
  t.deepEqual(a.rootfsDiff, b.rootfsDiff);
  t.true(digestOf(await collect(b.bytes(0, b.size))) === b.asIs?.diffId);
});

test('a dump that the one pass did not keep is too large', async (t) => {
  const bytes = gzipSync(
    tarOf(memberBlocks({ path: 'spec.dump' }, '{}'), memberBlocks({ path: 'config.dump' }, '{"a":1}')),
  );
  const archive = await opened(t, await writtenFile(t, bytes), { kept: 8 });
  t.is(String(await archive.read('spec.dump')), '{}');
  const error = await throwsCode(t, 'DUMP_TOO_LARGE', () => archive.read('config.dump'));
  t.is(error?.facts['limit'], 8);
});

test('a dump beyond its own limit is too large', async (t) => {
  const bytes = zstdCompressSync(tarOf(memberBlocks({ path: 'spec.dump' }, Buffer.alloc(2 ** 24 + 1, ' '))));
  const archive = await written(t, bytes);
  const error = await throwsCode(t, 'DUMP_TOO_LARGE', () => archive.read('spec.dump'));
  t.like(error?.facts, { found: 2 ** 24 + 1, limit: 2 ** 24 });
});

test('a file that is appended to while it is packed has changed', async (t) => {
  const archive = await written(t, gzipSync(SMALL));
  await appendFile(archive.path, 'x');
  await throwsCode(t, 'ARCHIVE_CHANGED', () => archive.assertUnchanged());
});

for (const [program, ...options] of [
  ['gzip', '-9'],
  ['zstd', '-q', '-19', '--rm'],
  ['zstd', '-q', '-1', '--no-check', '--rm'],
] as const) {
  peerTest([program], `what ${program} ${options[0] ?? ''} ${options.slice(1).join(' ')} writes is read`, async (t) => {
    const path = join(await temporaryFolder(t), 'web.tar');
    await copyFile(fixturePath('crio/web'), path);
    execFileSync(program, [...options, path]);
    const archive = await opened(t, `${path}.${program === 'gzip' ? 'gz' : 'zst'}`);
    t.is(archive.asIs?.diffId, digestOf(await readFile(fixturePath('crio/web'))));
  });
}

const SMALL = tarOf(memberBlocks({ path: 'spec.dump' }, '{}'), memberBlocks({ path: 'checkpoint/', flag: '5' }));

async function sameReads(t: ExecutionContext, plain: Archive, packed: Archive): Promise<void> {
  for (const name of ['spec.dump', 'config.dump', 'bind.mounts', 'checkpoint/inventory.img', 'none'])
    t.deepEqual(await packed.read(name), await plain.read(name), name);
}

async function opened(t: ExecutionContext, path: string, limits: Partial<ArchiveLimits> = {}): Promise<Archive> {
  const archive = await openArchive(path, { limits });
  t.teardown(() => archive.close());
  return archive;
}

async function written(t: ExecutionContext, bytes: Buffer): Promise<Archive> {
  return opened(t, await writtenFile(t, bytes));
}

async function writtenFile(t: ExecutionContext, bytes: Buffer): Promise<string> {
  const path = join(await temporaryFolder(t), 'a.tar.packed');
  await writeFile(path, bytes);
  await utimes(path, 0, 0);
  return path;
}
