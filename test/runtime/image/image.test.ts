import { open, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { MAX_DUMP_BYTES } from '../../../src/checkpoint/limits.ts';
import { openImage } from '../../../src/runtime/image/image.ts';
import { madeBundle } from '../../helpers/bundles.ts';
import { loadArchive } from '../../helpers/checkpoint-files.ts';
import { fixturePath, temporaryFolder } from '../../helpers/fixtures.ts';
import { throwsCode } from '../../helpers/throws.ts';

test('a mounted image has the members of its archive, and gives the same bytes', async (t) => {
  const image = openImage([(await madeBundle(t)).image]);
  const archive = await loadArchive(fixturePath('containerd/web'));
  const names = archive.members.map(
    ({ name, type, size, mode }) => `${name} ${type} ${type === 'file' ? size : 0} ${mode}`,
  );
  t.deepEqual(
    image.members.map(({ name, type, size, mode }) => `${name} ${type} ${type === 'file' ? size : 0} ${mode}`).sort(),
    names.sort(),
  );
  for (const name of ['spec.dump', 'checkpoint/core-1.img', 'checkpoint/pstree.img']) {
    t.deepEqual(await image.read(name), await archive.read(name), name);
  }
  t.is(await image.read('bind.mounts'), undefined);
});

test('a link, a pipe or a folder in the place of a dump is not read', async (t) => {
  const folder = await temporaryFolder(t);
  await symlink('/etc/passwd', join(folder, 'spec.dump'));
  await execa('mkfifo', [join(folder, 'config.dump')]);
  const image = openImage([folder]);
  await t.throwsAsync(() => image.read('spec.dump'), { code: 'ELOOP' });
  t.is(await image.read('config.dump'), undefined);
});

test('a dump beyond its limit is DUMP_TOO_LARGE, and what is never read whole is not read', async (t) => {
  const folder = await temporaryFolder(t);
  await (await open(join(folder, 'spec.dump'), 'w')).close();
  await truncate(join(folder, 'spec.dump'), MAX_DUMP_BYTES + 1);
  await writeFile(join(folder, 'dump.log'), 'x');
  const image = openImage([folder]);
  await throwsCode(t, 'DUMP_TOO_LARGE', () => image.read('spec.dump'));
  await throwsCode(t, 'DUMP_TOO_LARGE', () => image.read('dump.log'));
});
