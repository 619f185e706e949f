import { type FileHandle, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { FileCache } from '../../../src/registry/storage/file-cache.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';

/** Longer than a file must have rested before it is kept. */
const RESTED = 2_100;

/** A cache of texts that counts how often a file is read. */
function counting(most = 10) {
  const cache = new FileCache<string>(most);
  const counted = { reads: 0, read: (path: string) => cache.read(path, load) };
  const load = async (handle: FileHandle) => {
    counted.reads += 1;
    return handle.readFile('utf8');
  };
  return counted;
}

/** Files that were written long enough ago. */
async function restedFiles(t: ExecutionContext, ...texts: string[]): Promise<string[]> {
  const folder = await temporaryFolder(t);
  const paths = texts.map((_, at) => join(folder, `${at}`));
  await Promise.all(paths.map((path, at) => writeFile(path, texts[at] ?? '')));
  await sleep(RESTED);
  return paths;
}

test('a file that rests is read once', async (t) => {
  const [path = ''] = await restedFiles(t, 'one');
  const cache = counting();
  t.deepEqual([await cache.read(path), await cache.read(path), cache.reads], ['one', 'one', 1]);
});

test('a file that was just written is read each time', async (t) => {
  const path = join(await temporaryFolder(t), 'file');
  await writeFile(path, 'one');
  const cache = counting();
  await cache.read(path);
  await writeFile(path, 'two');
  t.is(await cache.read(path), 'two');
});

type Change = (path: string, other: string) => Promise<unknown>;

const changed = test.macro({
  exec: async (t, change: Change, wanted: string | undefined) => {
    const [path = '', other = ''] = await restedFiles(t, 'one', 'two');
    const cache = counting();
    await cache.read(path);
    await change(path, other);
    t.is(await cache.read(path), wanted);
  },
  title: (how) => `a kept file that is ${how} is seen as it is`,
});

test('written over', changed, (path) => writeFile(path, 'two'), 'two');
test('replaced', changed, (path, other) => rename(other, path), 'two');
test('removed', changed, (path) => rm(path), undefined);

test('a file whose times were set is read again', async (t) => {
  const [path = ''] = await restedFiles(t, 'one');
  const cache = counting();
  await cache.read(path);
  await utimes(path, 1, 1);
  t.is(await cache.read(path), 'one');
  t.is(cache.reads, 2);
});

test('a file that comes back is read', async (t) => {
  const [path = '', other = ''] = await restedFiles(t, 'one', 'two');
  const cache = counting();
  await rm(path);
  t.is(await cache.read(path), undefined);
  await rename(other, path);
  t.is(await cache.read(path), 'two');
});

test('what was asked for longest ago makes room', async (t) => {
  const [a = '', b = '', c = ''] = await restedFiles(t, 'a', 'b', 'c');
  const cache = counting(2);
  for (const path of [a, b, a, c]) await cache.read(path);
  t.is(cache.reads, 3);
  await cache.read(a);
  t.is(cache.reads, 3);
  await cache.read(b);
  t.is(cache.reads, 4);
});

test('what reading throws is thrown, and nothing is kept', async (t) => {
  const [path = ''] = await restedFiles(t, 'one');
  const cache = new FileCache<string>(10);
  const failure = new Error('no');
  await t.throwsAsync(
    cache.read(path, async () => {
      throw failure;
    }),
    { is: failure },
  );
  t.is(await cache.read(path, (handle) => handle.readFile('utf8')), 'one');
});
