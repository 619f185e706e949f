import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { listLayers } from '../../../src/runtime/image/layers.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { peerTest, ROOT } from '../../helpers/peer.ts';
import { throwsCode } from '../../helpers/throws.ts';

/** Layers, uppermost first, each with these files. */
async function layers(t: ExecutionContext, ...files: readonly (readonly string[])[]): Promise<string[]> {
  const top = await temporaryFolder(t);
  return Promise.all(
    files.map(async (names) => {
      const folder = await mkdtemp(join(top, 'layer-'));
      for (const name of names) {
        await mkdir(join(folder, name, '..'), { recursive: true });
        await writeFile(join(folder, name), name);
      }
      return folder;
    }),
  );
}

test('one layer is listed whole, its folders too', async (t) => {
  const [folder = ''] = await layers(t, ['spec.dump', 'checkpoint/core-1.img']);
  const entries = listLayers([folder]);
  t.deepEqual([...entries.keys()], ['checkpoint', 'checkpoint/core-1.img', 'spec.dump']);
  t.is(entries.get('checkpoint/core-1.img')?.path, join(folder, 'checkpoint/core-1.img'));
  t.like(entries.get('spec.dump')?.member, { type: 'file', size: 9, rawName: 'spec.dump' });
  t.is(entries.get('checkpoint')?.member.type, 'directory');
});

test('of several layers each has its part, and where two have one name the upper one counts', async (t) => {
  const folders = await layers(t, ['checkpoint/pages-1.img', 'a'], ['checkpoint/core-1.img', 'a', 'b'], []);
  const entries = listLayers(folders);
  const where = (name: string) => folders.findIndex((folder) => entries.get(name)?.path === join(folder, name));
  t.deepEqual(['a', 'b', 'checkpoint/pages-1.img', 'checkpoint/core-1.img'].map(where), [0, 1, 0, 1]);
});

test('a file above a folder hides all that is in it', async (t) => {
  const folders = await layers(t, ['checkpoint'], ['checkpoint/core-1.img']);
  t.deepEqual([...listLayers(folders).keys()], ['checkpoint']);
});

test('links are listed as what they are, and not followed', async (t) => {
  const [folder = ''] = await layers(t, ['spec.dump']);
  await symlink('/etc', join(folder, 'checkpoint'));
  t.deepEqual(
    [...listLayers([folder])].map(([name, { member }]) => `${name} ${member.type}`),
    ['checkpoint symlink', 'spec.dump file'],
  );
});

peerTest([ROOT], "an overlay's mark of a deleted file hides it in the layers below", async (t) => {
  const [upper = '', lower = ''] = await layers(t, ['a'], ['b', 'c/d']);
  for (const name of ['b', 'c']) await execa('mknod', [join(upper, name), 'c', '0', '0']);
  t.deepEqual([...listLayers([upper, lower]).keys()], ['a']);
});

test('a folder that cannot be read is IMAGE_NOT_CHECKPOINT', async (t) => {
  await throwsCode(t, 'IMAGE_NOT_CHECKPOINT', () => listLayers(['/nowhere']));
});

test('folders in folders without end are ARCHIVE_TOO_MANY_MEMBERS', async (t) => {
  const [folder = ''] = await layers(t, ['1/2/3/4/5/6/7/8/9/x']);
  await throwsCode(t, 'ARCHIVE_TOO_MANY_MEMBERS', () => listLayers([folder]));
});
