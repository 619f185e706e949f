import test from 'ava';
import { convertedFolder } from '../../helpers/converted-folder.ts';
import { thawOk } from '../../helpers/thaw.ts';

test('stats counts what is there', async (t) => {
  const { options } = await convertedFolder(t);
  t.regex(
    await thawOk(['registry', 'stats', ...options]),
    /─ tags +4\n.*─ manifests +4\n.*─ blobs +\d+, [\d.]+ [KM]iB\n/,
  );
  t.like(JSON.parse(await thawOk(['registry', 'stats', '--json', ...options])), {
    repositories: 2,
    tags: 4,
    garbage: { count: 0, bytes: 0 },
  });
});
