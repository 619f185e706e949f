import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ARCHIVE_LIMITS } from '../../../src/builder/archive/limits.ts';
import { scanPlain } from '../../../src/builder/archive/plain.ts';
import { openSource } from '../../../src/builder/archive/source.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { memberBlocks, tarOf } from '../../helpers/tar-blocks.ts';

const TAR = tarOf(memberBlocks({ path: 'spec.dump' }, '{}'));

/** Scans an archive that has `length` more bytes; the last one is `last`. */
async function scan(t: ExecutionContext, length: number, last: number) {
  const path = join(await temporaryFolder(t), 'a.tar');
  await writeFile(path, TAR);
  const file = await open(path, 'r+');
  if (length > 0) await file.write(Buffer.from([last]), 0, 1, TAR.length + length - 1);
  await file.close();
  const source = await openSource(path);
  t.teardown(() => source.close());
  return { ...(await scanPlain(source, ARCHIVE_LIMITS)), bytesRead: source.bytesRead };
}

test('zeros up to a whole tar record are padding', async (t) => {
  for (const length of [0, 1, 512, 10_240 - TAR.length, ARCHIVE_LIMITS.padding]) {
    const { warnings, size } = await scan(t, length, 0);
    t.deepEqual(warnings, [], `${length}`);
    t.is(size, TAR.length);
  }
});

test('one byte that is not zero is reported with all that stands behind the end mark', async (t) => {
  for (const length of [1, 512, ARCHIVE_LIMITS.padding]) {
    const [warning, ...more] = (await scan(t, length, 1)).warnings;
    t.like(warning, { code: 'TRAILING_DATA', facts: { bytes: length, end: TAR.length } });
    t.deepEqual(more, []);
  }
});

test('a hundred GiB behind the end mark are reported without being read', async (t) => {
  const { warnings, bytesRead } = await scan(t, 100 * 2 ** 30, 0);
  t.like(warnings[0], { code: 'TRAILING_DATA', facts: { bytes: 100 * 2 ** 30 } });
  t.is(bytesRead, 3 * 512);
});
