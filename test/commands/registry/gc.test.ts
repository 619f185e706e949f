import test from 'ava';
import { convertedFolder } from '../../helpers/converted-folder.ts';
import { thaw, thawOk } from '../../helpers/thaw.ts';

test('gc with rules says what goes and why, first dry, then for good', async (t) => {
  const { store, options } = await convertedFolder(t);
  const [root, folder = ''] = options;
  const rules = ['--keep-last', '1', '--keep', 'web-2', '--root', folder];
  t.is(root, '--root');
  const dry = await thaw(['registry', 'gc', ...rules, '--dry-run']);
  t.is(dry.exitCode, 0, dry.stderr);
  const [line, ...others] = dry.stderr.split('\n');
  t.deepEqual(others, []);
  t.regex(line ?? '', /^would remove checkpoints:web-\d \(shop\/web-0\/web, \d+ KiB\): newer ones .* --keep-last$/);
  t.regex(dry.stdout, /^would free [\d.]+ KiB: \d blobs?, 1 manifest, 0 upload sessions$/);
  t.is((await store.tags.list('checkpoints')).tags.length, 3);

  const { images, freed } = JSON.parse(await thawOk(['registry', 'gc', ...rules, '--json']));
  t.deepEqual(images.map(({ why }: { why: string }) => why).toSorted(), ['count', 'newest', 'newest', 'pinned']);
  t.true(freed.bytes > 0);
  const { tags } = await store.tags.list('checkpoints');
  t.is(tags.length, 2);
  t.true(tags.includes('web-2'));
  t.regex(await thawOk(['registry', 'verify', ...options]), /^sound: /);
});

test('gc explains why it cannot get below a size', async (t) => {
  const { options } = await convertedFolder(t);
  const said = await thawOk(['registry', 'gc', '--max-size', '1KiB', ...options]);
  t.regex(said, /images that must stay take .* more than --max-size: 2 newest of their containers, 0 kept by a person/);
});

test('gc leaves alone what was used within the grace period, and says so', async (t) => {
  const { options } = await convertedFolder(t);
  await thawOk(['registry', 'rm', 'lab:counter', ...options]);
  const said = await thawOk(['registry', 'gc', '--grace', '7d', ...options]);
  t.regex(said, /^freed 0 B.*\n\d+ KiB more was used too lately$/);
  const stats = JSON.parse(await thawOk(['registry', 'stats', '--grace', '7d', '--json', ...options]));
  t.is(stats.garbage.bytes, 0);
  t.true(stats.waiting > 100_000);
});
