import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { ARCHIVE_LIMITS } from '../../../src/builder/archive/limits.ts';
import { scanSource } from '../../../src/builder/archive/scan.ts';
import { openSource } from '../../../src/builder/archive/source.ts';
import { type ErrorCode, isThawError } from '../../../src/errors.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { memberBlocks, paxBlocks, paxRecord, tarOf } from '../../helpers/tar-blocks.ts';

const NESTED = tarOf(memberBlocks({ path: 'etc/hosts' }, 'x'));

/** A small archive with everything in it: dumps, a folder, a nested tar, extended headers. */
const SMALL = tarOf(
  memberBlocks({ path: 'spec.dump' }, '{}'),
  memberBlocks({ path: 'checkpoint/', flag: '5' }),
  memberBlocks({ path: 'rootfs-diff.tar' }, gzipSync(NESTED)),
  paxBlocks(paxRecord('path', 'checkpoint/pages-1.img')),
  memberBlocks({}, 'p'.repeat(600)),
);

const FORMS = {
  plain: SMALL,
  gzip: gzipSync(SMALL),
  'gzip in two members': Buffer.concat([gzipSync(SMALL.subarray(0, 700)), gzipSync(SMALL.subarray(700))]),
  zstd: zstdCompressSync(SMALL),
  'zstd in two frames': Buffer.concat([
    zstdCompressSync(SMALL.subarray(0, 700)),
    zstdCompressSync(SMALL.subarray(700)),
  ]),
} as const;

/** Lengths that are always tried. */
const EDGES = [0, 1, 511, 512, SMALL.length - 512, Number.MAX_SAFE_INTEGER];

/** What a cut archive may be called. */
const CUT: readonly ErrorCode[] = ['ARCHIVE_EMPTY', 'ARCHIVE_NOT_TAR', 'ARCHIVE_TRUNCATED'];

/** What a damaged archive may be called. */
const DAMAGED: readonly ErrorCode[] = [
  ...CUT,
  'ARCHIVE_CORRUPT',
  'ARCHIVE_TOO_LARGE',
  'ARCHIVE_TOO_MANY_MEMBERS',
  'DECOMPRESSION_BOMB',
];

for (const [form, bytes] of Object.entries(FORMS)) {
  test(`${form}: whole, it is read`, async (t) => {
    t.is(await codeOf(t, bytes), undefined);
  });

  test(`${form}: cut at any byte, it is never taken for a whole one`, async (t) => {
    const lengths = fc.integer({ min: 0, max: bytes.length - 1 });
    await fc.assert(
      fc.asyncProperty(lengths, async (length) => {
        const code = await codeOf(t, bytes.subarray(0, length));
        t.true(code !== undefined && CUT.includes(code), `${length} bytes: ${code}`);
      }),
      { examples: EDGES.map((length): [number] => [Math.min(length, bytes.length - 1)]), numRuns: 150 },
    );
  });

  test(`${form}: with any bytes changed, it is read or refused by a code, and never breaks the reader`, async (t) => {
    const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(changes, async (flips) => {
        const damaged = Buffer.from(bytes);
        for (const [offset, value] of flips) damaged[offset] = value;
        const code = await codeOf(t, damaged);
        t.true(code === undefined || DAMAGED.includes(code), code);
      }),
      { numRuns: 150 },
    );
  });
}

test('any bytes at all are refused by a code', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 2048 }),
      fc.constantFrom('', '\x1f\x8b\x08', '\x28\xb5\x2f\xfd'),
      async (tail, magic) => {
        const code = await codeOf(t, Buffer.concat([Buffer.from(magic, 'latin1'), tail]));
        t.true(code !== undefined && DAMAGED.includes(code), code);
      },
    ),
  );
});

async function codeOf(t: ExecutionContext, bytes: Uint8Array): Promise<ErrorCode | undefined> {
  const path = join(await folderOf(t), 'a.tar');
  await writeFile(path, bytes);
  const source = await openSource(path);
  try {
    await scanSource(source, ARCHIVE_LIMITS);
    return undefined;
  } catch (error) {
    if (isThawError(error)) return error.code;
    throw error;
  } finally {
    await source.close();
  }
}

const folders = new WeakMap<ExecutionContext, string>();

/** One folder for each test. */
async function folderOf(t: ExecutionContext): Promise<string> {
  const folder = folders.get(t) ?? (await temporaryFolder(t));
  folders.set(t, folder);
  return folder;
}
