import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { blameWriter } from '../../../src/builder/archive/growth.ts';
import { openArchive } from '../../../src/builder/archive/open.ts';
import { openSource, type Source } from '../../../src/builder/archive/source.ts';
import { type ErrorCode, isThawError, ThawError } from '../../../src/errors.ts';
import { fixturePath, temporaryFolder } from '../../helpers/fixtures.ts';
import { headerBlock, memberBlocks, tarOf } from '../../helpers/tar-blocks.ts';
import { throwsCode } from '../../helpers/throws.ts';

const SMALL = tarOf(memberBlocks({ path: 'spec.dump' }, '{}'), memberBlocks({ path: 'checkpoint/', flag: '5' }));

test('an archive cut anywhere before its end mark is truncated, and the fault names the last member', async (t) => {
  const path = join(await temporaryFolder(t), 'a.tar');
  const whole = await readFile(fixturePath('crio/web'));
  await writeOld(path, whole.subarray(0, 150_000));
  const error = await throwsCode(t, 'ARCHIVE_TRUNCATED', () => openArchive(path));
  t.like(error?.facts, { path, size: 150_000, lastMember: 'checkpoint/pages-1.img' });
  t.true(Number(error?.facts['missing']) > 0);
});

test('an archive cut behind its end mark is whole', async (t) => {
  const path = join(await temporaryFolder(t), 'a.tar');
  await writeOld(path, SMALL);
  await t.notThrowsAsync(async () => (await openArchive(path)).close());
});

test('one zero block is no end mark', async (t) => {
  const path = join(await temporaryFolder(t), 'a.tar');
  await writeOld(path, SMALL.subarray(0, SMALL.length - 512));
  const error = await throwsCode(t, 'ARCHIVE_TRUNCATED', () => openArchive(path));
  t.is(error?.facts['missing'], 512);
});

test('an archive without an end mark that was just written to is still being written', async (t) => {
  const path = join(await temporaryFolder(t), 'a.tar');
  await writeFile(path, SMALL.subarray(0, 1024));
  const error = await throwsCode(t, 'ARCHIVE_GROWING', () => openArchive(path));
  t.like(error?.facts, { path, size: 1024, lastMember: 'spec.dump' });
});

test('an archive that another process appends to is still being written, however old its time', async (t) => {
  const path = join(await temporaryFolder(t), 'a.tar');
  await writeOld(path, headerBlock({ path: 'checkpoint/pages-1.img', size: 2 ** 40 }));
  await appending(t, path);
  await throwsCode(t, 'ARCHIVE_GROWING', () => openArchive(path));
});

const BLAMED: readonly ErrorCode[] = ['ARCHIVE_TRUNCATED', 'ARCHIVE_EMPTY', 'ARCHIVE_NOT_TAR', 'ARCHIVE_CORRUPT'];

for (const code of BLAMED) {
  test(`${code} of a file that changed meanwhile is a writer's doing`, async (t) => {
    const { source, error } = await faultOf(t, code);
    await appendFile(source.path, 'x');
    const blamed = await blameWriter(error, source);
    t.true(isThawError(blamed, 'ARCHIVE_GROWING'));
    t.is((blamed as ThawError).cause, error);
  });

  test(`${code} of a file that nobody writes to stays what it is`, async (t) => {
    const { source, error } = await faultOf(t, code);
    t.is(await blameWriter(error, source), error);
  });
}

test('other faults are not a writer, whatever happens to the file', async (t) => {
  const { source, error } = await faultOf(t, 'ARCHIVE_TOO_LARGE');
  await appendFile(source.path, 'x');
  t.is(await blameWriter(error, source), error);
});

async function faultOf(t: ExecutionContext, code: ErrorCode): Promise<{ source: Source; error: ThawError }> {
  const path = join(await temporaryFolder(t), 'a.tar');
  await writeOld(path, SMALL);
  const source = await openSource(path);
  t.teardown(() => source.close());
  return { source, error: new ThawError(code, { message: 'a fault', next: 'do something' }) };
}

/** Starts a process that goes on appending to a file, and leaves its time at 1970. */
async function appending(t: ExecutionContext, path: string): Promise<void> {
  const program = `
    const { appendFileSync, utimesSync } = require('node:fs');
    setInterval(() => {
      appendFileSync(process.argv[1], Buffer.alloc(512, 'x'));
      utimesSync(process.argv[1], 0, 0);
      console.log('appended');
    }, 20);
  `;
  const writer = spawn(process.execPath, ['-e', program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(async () => {
    writer.kill();
    await once(writer, 'exit');
  });
  await once(writer.stdout, 'data');
}

async function writeOld(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(path, bytes);
  await utimes(path, 0, 0);
}
