import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { scanByPosition } from '../../../src/builder/archive/by-position.ts';
import { ARCHIVE_LIMITS } from '../../../src/builder/archive/limits.ts';
import { scanPlain } from '../../../src/builder/archive/plain.ts';
import { openSource, type Source } from '../../../src/builder/archive/source.ts';
import { FIXTURES, type FixtureName, fixturePath, temporaryFolder } from '../../helpers/fixtures.ts';
import { headerBlock, memberBlocks, tarOf } from '../../helpers/tar-blocks.ts';
import { throwsCode } from '../../helpers/throws.ts';

const GiB = 2 ** 30;

test('a sparse archive of 100 GiB is scanned by reading its headers and nothing else', async (t) => {
  const sizes = [60 * GiB, 0, 40 * GiB + 1, 7];
  const path = await sparseArchive(t, sizes);
  const source = await opened(t, path);
  const { members, size } = await scanPlain(source, ARCHIVE_LIMITS);
  t.deepEqual(
    members.map((member) => member.size),
    sizes,
  );
  t.true(size > 100 * GiB);
  t.is(source.bytesRead, 512 * (sizes.length + 2));
});

for (const name of Object.keys(FIXTURES) as FixtureName[]) {
  if (/\.(gz|zst)$/.test(name)) continue;
  test(`scanning ${name} reads one block for each header and two for the end mark`, async (t) => {
    const source = await opened(t, fixturePath(name));
    const { members, end } = await scan(source);
    t.is(source.bytesRead, 512 * (members.length + 2));
    t.is(members[0]?.start, 0);
    for (const [index, member] of members.entries()) t.is(member.end, members[index + 1]?.start ?? end - 1024);
  });
}

test('a tar inside a file is scanned by offsets of its own', async (t) => {
  const path = join(await temporaryFolder(t), 'a.tar');
  const inner = tarOf(memberBlocks({ path: 'inner' }, 'x'));
  await writeFile(path, Buffer.concat([Buffer.alloc(1000, 'y'), inner]));
  const { members } = await scan(await opened(t, path), 1000, inner.length);
  t.like(members[0], { name: 'inner', start: 0, data: 512, end: 1024 });
});

test('a tar that needs more than its range is truncated, whatever the file has behind it', async (t) => {
  const path = join(await temporaryFolder(t), 'a.tar');
  await writeFile(path, tarOf(memberBlocks({ path: 'last' }, 'x')));
  const source = await opened(t, path);
  const error = await throwsCode(t, 'ARCHIVE_TRUNCATED', () => scan(source, 0, 2047));
  t.like(error?.facts, { size: 2047, offset: 1536, missing: 1, lastMember: 'last' });
});

test('a file that shrinks while it is scanned is truncated', async (t) => {
  const path = join(await temporaryFolder(t), 'a.tar');
  await writeFile(path, memberBlocks({}, 'x'));
  const source = await opened(t, path);
  await throwsCode(t, 'ARCHIVE_TRUNCATED', () => scan(source, 0, 4096));
});

test('a cancelled scan stops', async (t) => {
  const source = await opened(t, fixturePath('crio/web'));
  const error = await throwsCode(t, 'CANCELLED', () => scan(source, 0, source.size, AbortSignal.abort()));
  t.is(source.bytesRead, 0);
  t.is(error?.facts['path'], source.path);
});

function scan(source: Source, start = 0, size = source.size, signal?: AbortSignal) {
  return scanByPosition({ source, place: { path: source.path }, start, size, limits: ARCHIVE_LIMITS, signal });
}

async function opened(t: ExecutionContext, path: string): Promise<Source> {
  const source = await openSource(path);
  t.teardown(() => source.close());
  return source;
}

/** An archive whose data is holes. */
async function sparseArchive(t: ExecutionContext, sizes: readonly number[]): Promise<string> {
  const path = join(await temporaryFolder(t), 'sparse.tar');
  const file = await open(path, 'w');
  let offset = 0;
  for (const [index, size] of sizes.entries()) {
    await file.write(headerBlock({ path: `checkpoint/pages-${index}.img`, size }), 0, 512, offset);
    offset += 512 + Math.ceil(size / 512) * 512;
  }
  await file.truncate(offset + 1024);
  await file.close();
  return path;
}
