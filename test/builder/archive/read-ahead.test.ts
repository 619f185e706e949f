import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { scanByPosition } from '../../../src/builder/archive/by-position.ts';
import { ARCHIVE_LIMITS } from '../../../src/builder/archive/limits.ts';
import { openSource } from '../../../src/builder/archive/source.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { memberBlocks, tarOf } from '../../helpers/tar-blocks.ts';

const COUNT = 5_000;

async function scan(t: ExecutionContext, bytes: Buffer, start: number) {
  const path = join(await temporaryFolder(t), 'a.tar');
  await writeFile(path, Buffer.concat([Buffer.alloc(start), bytes]));
  const source = await openSource(path);
  t.teardown(() => source.close());
  const place = { path };
  const { members } = await scanByPosition({ source, place, start, size: bytes.length, limits: ARCHIVE_LIMITS });
  return { members, bytesRead: source.bytesRead };
}

test('thousands of small members are read in large pieces, each byte once at most, and give what they are', async (t) => {
  const blocks = Array.from({ length: COUNT }, (_, index) =>
    memberBlocks({ path: `file-${index}` }, 'x'.repeat(index % 999)),
  );
  const bytes = tarOf(Buffer.concat(blocks));
  let next = 0;
  const startOf = (block: Buffer): number => {
    next += block.length;
    return next - block.length;
  };
  const { members, bytesRead } = await scan(t, bytes, 700);
  t.deepEqual(
    members.map(({ name, size, data }) => [name, size, data]),
    blocks.map((block, index) => [`file-${index}`, index % 999, startOf(block) + 512]),
  );
  t.true(bytesRead <= bytes.length);
});

test('thousands of large members are read by their headers alone', async (t) => {
  const bytes = tarOf(Buffer.concat(Array.from({ length: 1_200 }, () => memberBlocks({}, Buffer.alloc(20_000, 'x')))));
  const { bytesRead } = await scan(t, bytes, 0);
  t.is(bytesRead, 512 * (1_200 + 2));
});
