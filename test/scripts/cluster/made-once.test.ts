import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { madeOnce } from '../../../scripts/cluster/made-once.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { peerTest } from '../../helpers/peer.ts';

/** What lies beside the folder, but for the lock. */
async function besides(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !name.endsWith('.lock'));
}

test('a folder that is there is left alone', async (t) => {
  const folder = await temporaryFolder(t);
  t.is(await madeOnce(folder, async () => t.fail('it was made again')), folder);
});

peerTest(['flock'], 'of many who want a folder one makes it, and all get it whole', async (t) => {
  const cache = await temporaryFolder(t);
  let made = 0;
  const wanted = Array.from({ length: 4 }, () =>
    madeOnce(join(cache, 'deep/root-1'), async (half) => {
      made++;
      await writeFile(join(half, 'first'), 'whole');
      t.deepEqual((await besides(join(cache, 'deep'))).length, 1);
    }),
  );
  for (const folder of await Promise.all(wanted)) t.is(await readFile(join(folder, 'first'), 'utf8'), 'whole');
  t.is(made, 1);
  t.deepEqual(await besides(join(cache, 'deep')), ['root-1']);
});

peerTest(['flock'], 'a folder that could not be made leaves nothing, and can be made after', async (t) => {
  const cache = await temporaryFolder(t);
  const failing = madeOnce(join(cache, 'root-1'), async (half) => {
    await writeFile(join(half, 'first'), 'half');
    throw new Error('no room');
  });
  await t.throwsAsync(failing, { message: 'no room' });
  t.deepEqual(await besides(cache), []);
  await madeOnce(join(cache, 'root-1'), async () => {});
  t.deepEqual(await readdir(join(cache, 'root-1')), []);
});

peerTest(
  ['flock'],
  'what a process that was killed has left is removed by the next one, and nothing else',
  async (t) => {
    const cache = await temporaryFolder(t);
    await mkdir(join(cache, '.root-1.half-Abc123'));
    await mkdir(join(cache, '.root-2.half-Abc123'));
    await madeOnce(join(cache, 'root-1'), async () => {});
    t.deepEqual((await besides(cache)).sort(), ['.root-2.half-Abc123', 'root-1']);
  },
);
