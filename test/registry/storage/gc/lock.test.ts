import { once } from 'node:events';
import { readFile, stat, utimes, writeFile } from 'node:fs/promises';
import test from 'ava';
import { execa } from 'execa';
import { digestOf } from '../../../../src/oci/digest.ts';
import { lockCollection } from '../../../../src/registry/storage/gc/lock.ts';
import { ownIdentity } from '../../../../src/registry/storage/gc/process.ts';
import { openStore } from '../../../../src/registry/storage/store.ts';
import { temporaryFolder } from '../../../helpers/fixtures.ts';
import { throwsCode } from '../../../helpers/throws.ts';

const LOCK = new URL('../../../../src/registry/storage/gc/lock.ts', import.meta.url);
const PATHS = new URL('../../../../src/registry/storage/paths.ts', import.meta.url);

test('one collection at a time, and the next one when it has ended', async (t) => {
  const { paths } = await openStore(await temporaryFolder(t));
  const held = await lockCollection(paths);
  const error = await throwsCode(t, 'STORE_IN_USE', () => lockCollection(paths));
  t.like(error?.facts, { by: 'thaw', pid: process.pid });
  t.is(error?.kind, 'conflict');
  await held.release();
  await (await lockCollection(paths)).release();
  await t.throwsAsync(stat(paths.gcLock), { code: 'ENOENT' });
});

test('the lock of a process that was killed is taken over at once', async (t) => {
  const { paths } = await openStore(await temporaryFolder(t));
  const script = `
    import { lockCollection } from '${LOCK}';
    import { StoragePaths } from '${PATHS}';
    await lockCollection(new StoragePaths('${paths.root}'));
    console.log('held');
    setInterval(() => {}, 1000);
  `;
  const child = execa(process.execPath, ['--input-type=module', '-e', script], { reject: false });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  await throwsCode(t, 'STORE_IN_USE', () => lockCollection(paths));
  child.kill('SIGKILL');
  await child;
  const held = await lockCollection(paths);
  t.is(JSON.parse(await readFile(paths.gcLock, 'utf8')).pid, process.pid);
  await held.release();
});

test('of many that take over a dead lock at once, one gets it', async (t) => {
  const { paths } = await openStore(await temporaryFolder(t));
  await writeFile(paths.gcLock, JSON.stringify({ ...(await ownIdentity()), started: '1', id: 'dead' }));
  const tries = await Promise.allSettled(Array.from({ length: 30 }, () => lockCollection(paths)));
  t.is(tries.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('a process that was killed while it took over does not stand in the way for ever', async (t) => {
  const { paths } = await openStore(await temporaryFolder(t));
  const dead = JSON.stringify({ ...(await ownIdentity()), started: '1', id: 'dead' });
  await writeFile(paths.gcLock, dead);
  const mark = `${paths.gcLock}.${digestOf(dead).slice('sha256:'.length, 'sha256:'.length + 16)}`;
  await writeFile(mark, '');
  const silent = new Date(Date.now() - 61_000);
  await utimes(mark, silent, silent);
  await (await lockCollection(paths)).release();
  await t.throwsAsync(stat(mark), { code: 'ENOENT' });
});

const elsewhere = test.macro({
  async exec(t, text: string) {
    const { paths } = await openStore(await temporaryFolder(t));
    await writeFile(paths.gcLock, text);
    await throwsCode(t, 'STORE_IN_USE', () => lockCollection(paths));
    const silent = new Date(Date.now() - 61_000);
    await utimes(paths.gcLock, silent, silent);
    await (await lockCollection(paths)).release();
  },
  title: (who = '') => `a lock of ${who} holds while it gives signs of life, and a minute longer`,
});

test('another machine', elsewhere, JSON.stringify({ id: 'x', pid: 1, boot: 'another', namespace: 'another' }));
test('nobody knows whom', elsewhere, 'garbage');
test('a file that is empty', elsewhere, '');

test('a lock that somebody else has taken over is not released', async (t) => {
  const { paths } = await openStore(await temporaryFolder(t));
  const held = await lockCollection(paths);
  await writeFile(paths.gcLock, 'theirs');
  await held.release();
  t.is(await readFile(paths.gcLock, 'utf8'), 'theirs');
});
