import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { fixturePath, temporaryFolder } from './helpers/fixtures.ts';

const ROOT = new URL('..', import.meta.url).pathname;

test('npm pack, installed into an empty folder, gives a working thaw', async (t) => {
  const folder = await temporaryFolder(t);
  const home = join(folder, 'home');
  await mkdir(home);
  await execa({ cwd: ROOT })`npm pack --pack-destination ${folder}`;
  const [tarball] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  await execa({ cwd: home })`npm install --no-fund --no-audit --prefer-offline ../${tarball ?? ''}`;

  const thaw = execa({ cwd: home, env: { XDG_DATA_HOME: folder } });
  const bin = join(home, 'node_modules/.bin/thaw');
  const { stdout } = await thaw`${bin} convert ${fixturePath('crio/web')} --quiet`;
  t.regex(stdout, /^checkpoint-registry\.local\/checkpoints:[\w.-]+@sha256:[0-9a-f]{64}$/);
  await thaw`${bin} pull ${stdout} -o back.tar --quiet`;
  await execa`cmp ${join(home, 'back.tar')} ${fixturePath('crio/web')}`;

  const files = await readdir(join(home, 'node_modules/thaw'), { recursive: true });
  t.deepEqual(
    files.filter((name) => /\.ts$|(^|\/)test\//.test(name)),
    [],
    'no sources, no tests',
  );
  t.true(files.includes('dist/cli.js'));
  t.true(files.includes('LICENSE'));
});
