import test from 'ava';
import { convertedFolder } from '../../helpers/converted-folder.ts';
import { filesBelow } from '../../helpers/stored-images.ts';
import { thaw, thawOk } from '../../helpers/thaw.ts';

test('rm removes a tag, and gc says what that frees', async (t) => {
  const { root, options } = await convertedFolder(t);
  const before = (await filesBelow(root)).length;
  t.is(await thawOk(['registry', 'rm', 'lab:counter', ...options]), 'lab:counter');
  const { freed } = JSON.parse(await thawOk(['registry', 'gc', '--json', ...options]));
  t.like(freed, { blobs: 3, manifests: 1 });
  t.true(freed.bytes > 100_000);
  t.true((await filesBelow(root)).length < before);
  t.regex(await thawOk(['registry', 'gc', ...options]), /^freed 0 B: 0 blobs, 0 manifests, 0 upload sessions$/);
});

test('rm goes on after what is not there, and exits with its code', async (t) => {
  const { store, options } = await convertedFolder(t);
  const { digest } = JSON.parse(await thawOk(['registry', 'ls', 'checkpoints', '--json', ...options]))[0];
  const { exitCode, stdout, stderr } = await thaw(['registry', 'rm', 'nobody:x', `checkpoints@${digest}`, ...options]);
  t.is(exitCode, 4);
  t.regex(stderr, /NOT_FOUND: .* has no nobody:x/);
  t.is(stdout, `checkpoints@${digest}`);
  t.false(await store.manifests.has('checkpoints', digest));
});

test('rm of a tag with a digest removes the tag only while it names that digest', async (t) => {
  const { options } = await convertedFolder(t);
  const [one, two] = JSON.parse(await thawOk(['registry', 'ls', 'checkpoints', '--json', ...options]));
  t.is((await thaw(['registry', 'rm', `checkpoints:${one.tag}@${two.digest}`, ...options])).exitCode, 4);
  t.is((await thaw(['registry', 'rm', `checkpoints:${one.tag}@${one.digest}`, ...options])).exitCode, 0);
});

test('rm wants a tag or a digest before it removes anything', async (t) => {
  const { options } = await convertedFolder(t);
  const { exitCode, stderr } = await thaw(['registry', 'rm', 'lab:counter', 'lab', ...options]);
  t.is(exitCode, 2);
  t.regex(stderr, /lab names a repository/);
  t.not(await thawOk(['registry', 'ls', 'lab', ...options]), '');
});
