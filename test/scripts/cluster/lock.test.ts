import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { withLock } from '../../../scripts/cluster/lock.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { peerTest } from '../../helpers/peer.ts';

const MODULE = new URL('../../../scripts/cluster/lock.ts', import.meta.url).href;

peerTest(['flock'], 'the work of one ends before that of the next begins', async (t) => {
  const file = join(await temporaryFolder(t), 'folder/lock');
  const events: string[] = [];
  const work = (name: string) =>
    withLock(file, async () => {
      events.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`${name} ends`);
      return name;
    });
  t.deepEqual(await Promise.all([work('a'), work('b'), work('c')]), ['a', 'b', 'c']);
  for (const at of [0, 2, 4]) t.is(events[at]?.replace('begins', 'ends'), events[at + 1]);
});

peerTest(['flock'], 'work that fails gives the lock back', async (t) => {
  const file = join(await temporaryFolder(t), 'lock');
  await t.throwsAsync(() => withLock(file, async () => Promise.reject(new Error('no'))), { message: 'no' });
  t.is(await withLock(file, async () => 'had it'), 'had it');
});

peerTest(['flock'], 'a process that was killed holds no lock', async (t) => {
  const file = join(await temporaryFolder(t), 'lock');
  const script = `import { withLock } from '${MODULE}'; await withLock(${JSON.stringify(file)}, () => { console.log('held'); return new Promise((resolve) => setTimeout(resolve, 1e6)); });`;
  const holder = execa(process.execPath, ['--input-type=module-typescript', '--eval', script], { reject: false });
  t.teardown(() => holder.kill('SIGKILL'));
  for await (const line of holder) {
    t.is(line, 'held');
    holder.kill('SIGKILL');
  }
  t.is(await withLock(file, async () => 'had it'), 'had it');
});

test('a lock that cannot be made is an error, and the work is not done', async (t) => {
  const file = join(await temporaryFolder(t), 'folder/');
  await t.throwsAsync(() => withLock(`${file}`, async () => t.fail('the work was done')));
});
