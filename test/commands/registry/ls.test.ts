import test from 'ava';
import { convertedFolder } from '../../helpers/converted-folder.ts';
import { thawOk } from '../../helpers/thaw.ts';

test('ls says what is there, how large, how old and of which container', async (t) => {
  const { options } = await convertedFolder(t);
  const table = await thawOk(['registry', 'ls', ...options]);
  const [head, ...rows] = table.split('\n');
  t.regex(head ?? '', /^IMAGE +SIZE +AGE +CONTAINER$/);
  t.is(rows.length, 4);
  t.regex(table, /^checkpoints:web-1 +\d+ KiB +\d+\w+ \d+\w+ +shop\/web-0\/web$/m);
  t.regex(table, /^lab:counter +\d+ KiB .* counter$/m);

  const images = JSON.parse(await thawOk(['registry', 'ls', 'lab', '--json', ...options]));
  t.is(images.length, 1);
  t.like(images[0], { repository: 'lab', tag: 'counter', container: 'counter', pinned: false });
  t.true(images[0].bytes > 100_000);
  t.regex(images[0].digest, /^sha256:/);
});

test('a repository that is not there has no images', async (t) => {
  const { options } = await convertedFolder(t);
  t.is(await thawOk(['registry', 'ls', 'nobody', ...options]), '');
  t.is(await thawOk(['registry', 'ls', 'nobody', '--json', ...options]), '[]');
});
