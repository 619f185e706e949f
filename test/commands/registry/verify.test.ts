import { open } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { convertedFolder } from '../../helpers/converted-folder.ts';
import { fixturePath } from '../../helpers/fixtures.ts';
import { age } from '../../helpers/stored-images.ts';
import { thaw, thawOk } from '../../helpers/thaw.ts';

const HOUR = 3_600_000;

test('verify fails on a flipped byte, says which blob, and puts it out of the way', async (t) => {
  const { store, options } = await convertedFolder(t);
  t.regex(await thawOk(['registry', 'verify', ...options]), /^sound: \d+ blobs, 4 manifests, 4 tags in 2 repositories/);
  const [image] = JSON.parse(await thawOk(['registry', 'ls', 'lab', '--json', ...options]));
  const layer = JSON.parse(String((await store.blobs.read(image.digest)) ?? '')).layers[0].digest;
  const file = await open(store.paths.blobData(layer), 'r+');
  await file.write('X', 5000);
  await file.close();
  await age(store.root, 3 * HOUR);

  const found = await thaw(['registry', 'verify', ...options]);
  t.is(found.exitCode, 7);
  t.regex(found.stderr, /STORE_DAMAGED: .*: 1 fault found/);
  t.regex(found.stdout, new RegExp(`^${layer}: its bytes have the digest sha256:`));

  const moved = await thaw(['registry', 'verify', '--quarantine', '--json', ...options]);
  t.is(moved.exitCode, 7);
  const { faults } = JSON.parse(moved.stdout);
  t.deepEqual(
    faults.map(({ kind }: { kind: string }) => kind),
    ['blob-damaged', 'content-missing'],
  );
  t.is(JSON.parse(moved.stderr).error.code, 'STORE_DAMAGED');
  const pulled = await thaw([
    'pull',
    'checkpoint-registry.local/lab:counter',
    '-o',
    join(store.root, 'x.tar'),
    ...options,
  ]);
  t.is(pulled.exitCode, 4);
  t.regex(pulled.stderr, /NOT_FOUND/);

  const to = 'checkpoint-registry.local/lab:again';
  await thawOk(['convert', fixturePath('podman/counter'), '--to', to, ...options]);
  t.regex(await thawOk(['registry', 'verify', ...options]), /^sound: /);
});
