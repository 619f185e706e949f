import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { takeBack } from '../../src/runtime/take-back.ts';
import { temporaryFolder } from '../helpers/fixtures.ts';

test('what waits in a pipe is taken back, once', async (t) => {
  const path = join(await temporaryFolder(t), 'pipe');
  await execa('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  writeSync(writer, 'runc said\n');
  t.is(takeBack(writer), 'runc said\n');
  t.is(takeBack(writer), '');
  writeSync(writer, 'thaw says\n');
  closeSync(writer);
  t.is(readFileSync(reader, 'utf8'), 'thaw says\n');
});

test('what went into a file stays there', async (t) => {
  const path = join(await temporaryFolder(t), 'file');
  await writeFile(path, '');
  const file = openSync(path, 'a');
  writeSync(file, 'runc said\n');
  t.is(takeBack(file), '');
  closeSync(file);
  t.is(readFileSync(path, 'utf8'), 'runc said\n');
  t.is(takeBack(file), '');
});
