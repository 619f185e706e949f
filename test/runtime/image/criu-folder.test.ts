import { mkdir, readdir, readFile, readlink, rename } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { criuFolder } from '../../../src/runtime/image/criu-folder.ts';
import { openImage } from '../../../src/runtime/image/image.ts';
import { madeBundle } from '../../helpers/bundles.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';

test("where CRIU's images lie in one folder, nothing is made", async (t) => {
  const { image } = await madeBundle(t);
  const links = join(await temporaryFolder(t), 'images');
  const empty = await temporaryFolder(t);
  t.is(criuFolder(openImage([image, empty]), links), join(image, 'checkpoint'));
  await t.throwsAsync(() => readdir(links), { code: 'ENOENT' });
});

test('where they are spread over layers, each has a relative link in one folder, and nothing else is there', async (t) => {
  const { image } = await madeBundle(t);
  const upper = await temporaryFolder(t);
  await mkdir(join(upper, 'checkpoint'));
  await rename(join(image, 'checkpoint/pages-1.img'), join(upper, 'checkpoint/pages-1.img'));
  const links = join(await temporaryFolder(t), 'images');
  t.is(criuFolder(openImage([upper, image]), links), links);
  const names = await readdir(links);
  t.deepEqual(names.sort(), ['pages-1.img', ...(await readdir(join(image, 'checkpoint')))].sort());
  for (const name of names) {
    t.true((await readlink(join(links, name))).startsWith('../'), name);
    const from = name === 'pages-1.img' ? upper : image;
    t.deepEqual(await readFile(join(links, name)), await readFile(join(from, 'checkpoint', name)));
  }
});
