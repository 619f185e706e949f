import { cp, mkdir, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { fingerprintOf } from '../../../src/runtime/image/fingerprint.ts';
import { openImage } from '../../../src/runtime/image/image.ts';
import { copyOf, madeBundle } from '../../helpers/bundles.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';

test('a checkpoint has one fingerprint wherever it lies, and in however many layers', async (t) => {
  const { image } = await madeBundle(t);
  const print = await fingerprintOf(openImage([image]));
  t.regex(print, /^[0-9a-f]{64}$/);
  const copy = await copyOf(t, image);
  t.is(await fingerprintOf(openImage([copy])), print);
  const upper = await temporaryFolder(t);
  await mkdir(join(upper, 'checkpoint'));
  await rename(join(copy, 'checkpoint/core-1.img'), join(upper, 'checkpoint/core-1.img'));
  t.is(await fingerprintOf(openImage([copy, upper])), print);
});

const CHANGES: Readonly<Record<string, (folder: string) => Promise<void>>> = {
  'the time of the checkpoint': (folder) => writeFile(join(folder, 'config.dump'), '{}'),
  'a register': (folder) => writeFile(join(folder, 'checkpoint/core-1.img'), 'other'),
  'the size of the memory': (folder) => truncate(join(folder, 'checkpoint/pages-1.img'), 4096),
  'a file more': (folder) => cp(join(folder, 'spec.dump'), join(folder, 'deleted.files')),
};

for (const [title, change] of Object.entries(CHANGES)) {
  test(`${title} makes another fingerprint`, async (t) => {
    const { image } = await madeBundle(t);
    const print = await fingerprintOf(openImage([image]));
    await change(image);
    t.not(await fingerprintOf(openImage([image])), print);
  });
}

test('two containers of one pod have two fingerprints', async (t) => {
  const prints = ['containerd/web', 'containerd/web-sidecar'] as const;
  const [a, b] = await Promise.all(
    prints.map(async (name) => fingerprintOf(openImage([(await madeBundle(t, name)).image]))),
  );
  t.not(a, b);
});
