import { readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import type { ArchiveLimits } from '../../../src/builder/archive/limits.ts';
import { openArchive } from '../../../src/builder/archive/open.ts';
import type { ErrorCode } from '../../../src/errors.ts';
import { fixturePath, temporaryFolder } from '../../helpers/fixtures.ts';
import { headerBlock, memberBlocks, tarOf } from '../../helpers/tar-blocks.ts';
import { throwsCode } from '../../helpers/throws.ts';

const NESTED = tarOf(
  memberBlocks({ path: 'etc/', flag: '5' }),
  memberBlocks({ path: 'etc/hosts' }, 'x'.repeat(1000)),
  headerBlock({ path: 'etc/mtab', flag: '2', linkpath: '/proc/mounts' }),
  headerBlock({ path: 'etc/h', flag: '1', linkpath: 'etc/hosts' }),
);

const asIs = (bytes: Buffer): Buffer => bytes;
const INNER = { plain: asIs, gzip: gzipSync, zstd: zstdCompressSync } as const;
const OUTER = { plain: asIs, gzip: gzipSync, zstd: zstdCompressSync } as const;

for (const [outer, packOuter] of Object.entries(OUTER)) {
  for (const [inner, packInner] of Object.entries(INNER)) {
    const within = `a ${inner} rootfs-diff.tar in a ${outer} archive`;

    test(`${within} is listed with types and links`, async (t) => {
      const { rootfsDiff } = await scanned(t, packOuter(around(packInner(NESTED))));
      t.deepEqual(
        rootfsDiff?.map(({ name, type, linkName, start }) => [name, type, linkName, start]),
        [
          ['etc', 'directory', undefined, 0],
          ['etc/hosts', 'file', undefined, 512],
          ['etc/mtab', 'symlink', '/proc/mounts', 2048],
          ['etc/h', 'hardlink', 'etc/hosts', 2560],
        ],
      );
    });

    test(`${within} that is cut is the archive's corruption`, async (t) => {
      await corrupt(t, packOuter(around(packInner(NESTED).subarray(0, -10))));
    });

    test(`${within} that is no tar is the archive's corruption`, async (t) => {
      await corrupt(t, packOuter(around(packInner(Buffer.alloc(3000, 'text')))));
    });

    test(`${within} that is damaged is the archive's corruption`, async (t) => {
      const damaged = Buffer.from(NESTED);
      damaged[513] = 0x7a;
      await corrupt(t, packOuter(around(packInner(damaged))));
    });

    test(`${within} may not have more members than the limit`, async (t) => {
      await fails(t, 'ARCHIVE_TOO_MANY_MEMBERS', packOuter(around(packInner(NESTED))), { members: 3 });
    });
  }

  test(`a gzip rootfs-diff.tar that is a bomb in a ${outer} archive is one`, async (t) => {
    const bomb = gzipSync(tarOf(memberBlocks({ path: 'zeros' }, Buffer.alloc(2 ** 20))));
    await fails(t, 'DECOMPRESSION_BOMB', packOuter(around(bomb)), { ratioFrom: 2 ** 19 });
  });

  test(`a rootfs-diff.tar of no bytes in a ${outer} archive has no members`, async (t) => {
    t.deepEqual((await scanned(t, packOuter(around(Buffer.alloc(0))))).rootfsDiff, []);
  });

  test(`a rootfs-diff.tar larger than what is in flight in a ${outer} archive is listed`, async (t) => {
    const large = tarOf(memberBlocks({ path: 'a' }, noise(3 * 2 ** 20)), memberBlocks({ path: 'b' }));
    t.is((await scanned(t, packOuter(around(gzipSync(large))))).rootfsDiff?.length, 2);
  });

  test(`a ${outer} archive that is cut within its rootfs-diff.tar is truncated`, async (t) => {
    const whole = around(gzipSync(tarOf(memberBlocks({ path: 'a' }, noise(2 ** 20)))));
    await fails(t, 'ARCHIVE_TRUNCATED', packOuter(whole.subarray(0, 500_000)));
  });
}

test('an archive without rootfs-diff.tar has none', async (t) => {
  t.is((await scanned(t, tarOf(memberBlocks({ path: 'spec.dump' })))).rootfsDiff, undefined);
});

test('a symlink of the name is no nested tar', async (t) => {
  const bytes = tarOf(headerBlock({ path: 'rootfs-diff.tar', flag: '2', linkpath: 'spec.dump' }));
  t.is((await scanned(t, bytes)).rootfsDiff, undefined);
  t.is((await scanned(t, gzipSync(bytes))).rootfsDiff, undefined);
});

test("containerd's gzip rootfs-diff.tar holds what gunzip and a scan of the result find", async (t) => {
  const archive = await openArchive(fixturePath('containerd/web'));
  t.teardown(() => archive.close());
  const nested = archive.members.find(({ name }) => name === 'rootfs-diff.tar');
  const file = await readFile(archive.path);
  const plain = await scanned(t, gunzipSync(file.subarray(nested?.data, (nested?.data ?? 0) + (nested?.size ?? 0))));
  t.deepEqual(archive.rootfsDiff, plain.members);
});

function around(nested: Buffer): Buffer {
  return tarOf(memberBlocks({ path: 'rootfs-diff.tar' }, nested), memberBlocks({ path: 'spec.dump' }, '{}'));
}

async function corrupt(t: ExecutionContext, bytes: Buffer): Promise<void> {
  const error = await fails(t, 'ARCHIVE_CORRUPT', bytes);
  t.is(error?.facts['member'], 'rootfs-diff.tar');
  t.regex(error?.message ?? '', /rootfs-diff\.tar in .*a\.tar/);
}

async function fails(t: ExecutionContext, code: ErrorCode, bytes: Buffer, limits: Partial<ArchiveLimits> = {}) {
  return throwsCode(t, code, async () => openArchive(await written(t, bytes), { limits }));
}

async function scanned(t: ExecutionContext, bytes: Buffer) {
  const archive = await openArchive(await written(t, bytes));
  t.teardown(() => archive.close());
  return archive;
}

async function written(t: ExecutionContext, bytes: Buffer): Promise<string> {
  const path = join(await temporaryFolder(t), 'a.tar');
  await writeFile(path, bytes);
  await utimes(path, 0, 0);
  return path;
}

/** Bytes that do not compress. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let at = 0; at < length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  return bytes;
}
