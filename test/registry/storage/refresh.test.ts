import { stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { refresh, touch } from '../../../src/registry/storage/refresh.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';

const HOUR = 3_600_000;

test('a file becomes as young as it can be, and its size is told', async (t) => {
  const path = join(await temporaryFolder(t), 'x');
  await writeFile(path, '12345');
  const then = new Date(Date.now() - HOUR);
  await utimes(path, then, then);
  t.is(await refresh(path, { ifOlderThan: 2 * HOUR }), 5);
  t.is((await stat(path)).mtimeMs, then.getTime(), 'it is young enough');
  t.is(await refresh(path, { ifOlderThan: HOUR / 2 }), 5);
  t.true(Date.now() - (await stat(path)).mtimeMs < HOUR / 2);
});

test('a file that is not there has no size, and is not made', async (t) => {
  const path = join(await temporaryFolder(t), 'x');
  t.is(await refresh(path), undefined);
  await touch(path);
  t.is(await refresh(join(path, 'below')), undefined);
});
