import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { logPath, recordPath } from '../../../src/runtime/record/paths.ts';
import { readRecord, readRecords } from '../../../src/runtime/record/read.ts';
import type { RestoreRecord } from '../../../src/runtime/record/record.ts';
import { sweepRecords } from '../../../src/runtime/record/sweep.ts';
import { removeRecord, writeRecord } from '../../../src/runtime/record/write.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { throwsCode } from '../../helpers/throws.ts';

const KEY = { uid: '6fce1a66-6338-438f-b0c8-92f56afdd605', container: 'web' };
const RECORD: RestoreRecord = {
  format: 1,
  checkpoint: 'a1'.repeat(32),
  pod: 'shop/web-0',
  container: 'web',
  state: 'begun',
  at: '2026-11-22T09:30:00.000Z',
};

test('what is written is read again, the last of it, by root only', async (t) => {
  const lib = join(await temporaryFolder(t), 'thaw');
  t.is(readRecord(lib, KEY), undefined);
  writeRecord(lib, KEY, RECORD);
  writeRecord(lib, KEY, { ...RECORD, state: 'restored' });
  t.deepEqual(readRecord(lib, KEY), { ...RECORD, state: 'restored' });
  t.is((await stat(recordPath(lib, KEY))).mode & 0o777, 0o600);
  t.is((await stat(dirname(recordPath(lib, KEY)))).mode & 0o777, 0o700);
  t.deepEqual(await readdir(dirname(recordPath(lib, KEY))), ['web.json']);
});

test('all records of a node are found, and what else lies there is not one', async (t) => {
  const lib = await temporaryFolder(t);
  t.deepEqual(readRecords(lib), []);
  const other = { uid: 'other', container: 'cache' };
  for (const key of [KEY, other]) writeRecord(lib, key, RECORD);
  await writeFile(logPath(lib, KEY), 'CRIU said');
  await writeFile(`${recordPath(lib, KEY)}.123`, 'half of one');
  t.deepEqual(new Set(readRecords(lib).map(({ key }) => key)), new Set([KEY, other]));
  removeRecord(lib, other);
  t.deepEqual(readRecords(lib), [{ key: KEY, record: RECORD }]);
});

for (const text of ['', '{', '[]', '{"format":2}', JSON.stringify({ ...RECORD, state: 'unknown' })]) {
  test(`a record with "${text.slice(0, 12)}" in it is RECORD_FAILED, for it may say anything`, async (t) => {
    const lib = await temporaryFolder(t);
    writeRecord(lib, KEY, RECORD);
    await writeFile(recordPath(lib, KEY), text);
    const error = await throwsCode(t, 'RECORD_FAILED', () => readRecords(lib));
    t.true(error?.message.startsWith(recordPath(lib, KEY)));
  });
}

test('a record that cannot be read or written is RECORD_FAILED', async (t) => {
  const lib = await temporaryFolder(t);
  await mkdir(recordPath(lib, KEY), { recursive: true });
  await throwsCode(t, 'RECORD_FAILED', () => readRecord(lib, KEY));
  await throwsCode(t, 'RECORD_FAILED', () => writeRecord(lib, KEY, RECORD));
  await throwsCode(t, 'RECORD_FAILED', () => removeRecord(lib, KEY));
  t.deepEqual(await readdir(dirname(recordPath(lib, KEY))), ['web.json']);
  await throwsCode(t, 'RECORD_FAILED', () => writeRecord('/dev/null', KEY, RECORD));
});

test('the records and logs of a pod go with its folder, and those of others stay', async (t) => {
  const lib = await temporaryFolder(t);
  const folders = { here: join(lib, 'pods/here'), gone: join(lib, 'pods/gone') };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  for (const [uid, podFolder] of Object.entries(folders))
    writeRecord(lib, { uid, container: 'web' }, { ...RECORD, podFolder });
  writeRecord(lib, { uid: 'untold', container: 'web' }, RECORD);
  await writeFile(logPath(lib, { uid: 'gone', container: 'web' }), 'CRIU said');
  t.is(sweepRecords(lib).length, 3);
  await rm(folders.gone, { recursive: true });
  t.deepEqual(
    sweepRecords(lib)
      .map(({ key }) => key.uid)
      .sort(),
    ['here', 'untold'],
  );
  t.deepEqual((await readdir(join(lib, 'restores'))).sort(), ['here', 'untold']);
});
