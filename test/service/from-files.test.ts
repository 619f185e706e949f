import { mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { FromFiles } from '../../src/service/from-files.ts';
import { temporaryFolder } from '../helpers/fixtures.ts';
import { until } from '../helpers/until.ts';

/** A number kept in a file; anything else in it is a fault. */
async function numberFrom(t: ExecutionContext, file: string, pollMs = 20): Promise<FromFiles<number>> {
  const load = async () => {
    const value = Number(await readFile(file, 'utf8'));
    if (Number.isNaN(value)) throw new Error('no number');
    return { value, files: [file] };
  };
  const found = await FromFiles.open({ load, what: 'number', pollMs });
  t.teardown(() => found.close());
  return found;
}

test('the value follows its file, written in place or replaced', async (t) => {
  const file = join(await temporaryFolder(t), 'number');
  await writeFile(file, '1');
  const number = await numberFrom(t, file);
  t.is(number.current, 1);
  await writeFile(file, '2');
  await until(
    () => number.current,
    (value) => value === 2,
  );
  await writeFile(`${file}.new`, '3');
  await rename(`${file}.new`, file);
  await until(
    () => number.current,
    (value) => value === 3,
  );
  t.pass();
});

test('a change is seen by being told of it alone, long before the next look', async (t) => {
  const file = join(await temporaryFolder(t), 'number');
  await writeFile(file, '1');
  const number = await numberFrom(t, file, 3_600_000);
  await writeFile(file, '2');
  await until(
    () => number.current,
    (value) => value === 2,
  );
  t.pass();
});

test('the value follows a folder that is swapped behind a link, as Kubernetes does with secrets', async (t) => {
  const folder = await temporaryFolder(t);
  const at = (name: string) => join(folder, name);
  for (const [version, text] of Object.entries({ one: '1', two: '2' })) {
    await mkdir(at(version));
    await writeFile(join(at(version), 'number'), text);
  }
  await symlink('one', at('..data'));
  await symlink('..data/number', at('number'));
  const number = await numberFrom(t, at('number'));
  await symlink('two', at('..new'));
  await rename(at('..new'), at('..data'));
  await until(
    () => number.current,
    (value) => value === 2,
  );
  t.pass();
});

test('a file that is broken or gone leaves the old value, until it is whole', async (t) => {
  const file = join(await temporaryFolder(t), 'number');
  await writeFile(file, '1');
  const number = await numberFrom(t, file);
  await writeFile(file, 'none');
  await rename(file, `${file}.away`);
  await writeFile(`${file}.away`, '2');
  t.is(number.current, 1);
  await rename(`${file}.away`, file);
  await until(
    () => number.current,
    (value) => value === 2,
  );
  t.pass();
});

test('what cannot be loaded at first is told to who asks for it', async (t) => {
  const file = join(await temporaryFolder(t), 'number');
  await t.throwsAsync(numberFrom(t, file), { code: 'ENOENT' });
});

test('after it is closed the value stays as it is', async (t) => {
  const file = join(await temporaryFolder(t), 'number');
  await writeFile(file, '1');
  const closed = await numberFrom(t, file);
  const open = await numberFrom(t, file);
  closed.close();
  await writeFile(file, '2');
  await until(
    () => open.current,
    (value) => value === 2,
  );
  t.is(closed.current, 1);
});
