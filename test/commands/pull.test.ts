import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { fixturePath, temporaryFolder } from '../helpers/fixtures.ts';
import { thaw, thawOk } from '../helpers/thaw.ts';

test('pull gives the archive back up to its end mark, and leaves out the stale bytes behind it', async (t) => {
  const folder = await temporaryFolder(t);
  const env = { XDG_DATA_HOME: folder };
  const archive = fixturePath('crio/counter');
  const reference = await thawOk(['convert', archive, '--quiet'], { env });
  const back = join(folder, 'back.tar');
  t.is(await thawOk(['pull', reference, '-o', back, '--quiet'], { env }), back);
  const bytes = await readFile(back);
  t.is(bytes.length, 263_680);
  t.true(bytes.equals((await readFile(archive)).subarray(0, bytes.length)));
  t.is((await stat(back)).mode & 0o777, 0o600, 'memory is nobody else’s');
});

test('a compressed archive comes back as the tar that is in it', async (t) => {
  const folder = await temporaryFolder(t);
  const env = { XDG_DATA_HOME: folder };
  const reference = await thawOk(['convert', fixturePath('podman/counter.gz'), '--quiet'], { env });
  const { stdout } = await thaw(['pull', reference, '-o', join(folder, 'back.tar'), '--json'], { env });
  t.is(JSON.parse(stdout).bytes, (await stat(join(folder, 'back.tar'))).size);
  const tree = await thawOk(['inspect', join(folder, 'back.tar')], { env });
  t.regex(tree, /engine +podman/);
});

test('a file that is there stays, until --force', async (t) => {
  const folder = await temporaryFolder(t);
  const env = { XDG_DATA_HOME: folder };
  const reference = await thawOk(['convert', fixturePath('crio/web'), '--quiet'], { env });
  const back = join(folder, 'back.tar');
  await writeFile(back, 'mine');
  const refused = await thaw(['pull', reference, '-o', back], { env });
  t.is(refused.exitCode, 6);
  t.regex(refused.stderr, /FILE_EXISTS/);
  t.is(await readFile(back, 'utf8'), 'mine');
  await thawOk(['pull', reference, '-o', back, '--force', '--quiet'], { env });
  t.true((await readFile(back)).equals(await readFile(fixturePath('crio/web'))));
});

test('an image that is not there is NOT_FOUND, and no file is left', async (t) => {
  const folder = await temporaryFolder(t);
  const env = { XDG_DATA_HOME: join(folder, 'data') };
  const run = await thaw(['pull', 'checkpoint-registry.local/checkpoints:none', '-o', join(folder, 'x.tar')], { env });
  t.is(run.exitCode, 4);
  t.regex(run.stderr, /NOT_FOUND: .*checkpoint-registry\.local\/checkpoints:none/);
  t.deepEqual(
    (await readdir(folder)).filter((name) => name !== 'data'),
    [],
  );
});
