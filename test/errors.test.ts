import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { errorPage } from '../scripts/error-table.ts';
import { ERROR_CODES, EXIT_CODES, errnoOf, isThawError, ThawError, WARNING_CODES } from '../src/errors.ts';

test('an error says what was found and what to do, and carries its facts and cause', (t) => {
  const cause = new Error('below');
  const error = new ThawError('TAG_TAKEN', {
    message: 'checkpoints:a names sha256:1',
    next: 'pass --replace-tag',
    facts: { tag: 'a' },
    cause,
  });
  t.is(error.message, 'checkpoints:a names sha256:1. Pass --replace-tag.');
  t.is(error.kind, 'conflict');
  t.is(error.cause, cause);
  t.deepEqual(JSON.parse(JSON.stringify(error)), {
    code: 'TAG_TAKEN',
    kind: 'conflict',
    message: 'checkpoints:a names sha256:1',
    next: 'pass --replace-tag',
    facts: { tag: 'a' },
  });
});

test('callers match on the code', (t) => {
  const error: unknown = new ThawError('NOT_FOUND', { message: 'x', next: 'y' });
  t.true(isThawError(error));
  t.true(isThawError(error, 'NOT_FOUND'));
  t.false(isThawError(error, 'INTERNAL'));
  t.false(isThawError(new Error('NOT_FOUND')));
  t.is(errnoOf(Object.assign(new Error('x'), { code: 'ENOSPC' })), 'ENOSPC');
  t.is(errnoOf('ENOSPC'), undefined);
});

test('each kind of error has an exit code of its own, none of them 0', (t) => {
  const codes = Object.values(EXIT_CODES);
  t.is(new Set(codes).size, codes.length);
  t.false(codes.includes(0));
  t.is(EXIT_CODES.cancelled, 130);
});

test('docs/errors.md lists every error, warning and exit code as they are', async (t) => {
  const { now, wanted } = await errorPage();
  t.is(now, wanted, 'run: node scripts/error-table.ts');
});

test('every error and warning that thaw can give is provoked by some test', async (t) => {
  const tests = await Promise.all((await testFiles()).map((file) => readFile(file, 'utf8')));
  const text = tests.join('\n');
  const untested = [...Object.keys(ERROR_CODES), ...Object.keys(WARNING_CODES)].filter((code) => !text.includes(code));
  t.deepEqual(untested, []);
});

test('every error and warning is given somewhere in src', async (t) => {
  const src = new URL('../src/', import.meta.url).pathname;
  const files = (await readdir(src, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && name !== 'errors.ts',
  );
  const text = (await Promise.all(files.map((file) => readFile(join(src, file), 'utf8')))).join('\n');
  const unused = [...Object.keys(ERROR_CODES), ...Object.keys(WARNING_CODES)].filter(
    (code) => !text.includes(`'${code}'`),
  );
  t.deepEqual(
    unused.filter((code) => code !== 'NODE_TOO_OLD'),
    [],
    'NODE_TOO_OLD is written by src/cli.ts itself',
  );
});

async function testFiles(): Promise<string[]> {
  const root = new URL('.', import.meta.url).pathname;
  const names = await readdir(root, { recursive: true });
  return names.filter((name) => name.endsWith('.test.ts') && name !== 'errors.test.ts').map((name) => join(root, name));
}
