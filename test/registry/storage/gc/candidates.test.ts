import test from 'ava';
import { candidatesOf } from '../../../../src/registry/storage/gc/candidates.ts';
import { surveyStore } from '../../../../src/registry/storage/gc/survey.ts';
import { openStore } from '../../../../src/registry/storage/store.ts';
import { matchesTag } from '../../../../src/registry/storage/tag-patterns.ts';
import { temporaryFolder } from '../../../helpers/fixtures.ts';
import { NAMES, storeImage } from '../../../helpers/stored-images.ts';

const YEAR = 365 * 24 * 3_600_000;

test('an image is known by its annotations: container, moment, pin', async (t) => {
  const store = await openStore(await temporaryFolder(t));
  const made = '2026-11-22T07:03:10.891Z';
  const web = { 'test.pod': 'web-0', 'test.container': 'web', 'test.made': made };
  await storeImage(store, { tag: 'a', annotations: web, layers: ['1'] });
  await storeImage(store, { tag: 'b', annotations: { ...web, 'test.keep': 'true' } });
  await storeImage(store, { tag: 'golden-1', annotations: { 'test.container': 'lone' } });
  await storeImage(store, { tag: 'd', annotations: { 'test.pod': 'web-0' } });
  const found = candidatesOf(await surveyStore(store), NAMES, ['golden-*']);
  t.like(
    found.map(({ tags, container, pinned }) => ({ tags, container, pinned })),
    [
      { tags: ['a'], container: 'web-0/web', pinned: undefined },
      { tags: ['b'], container: 'web-0/web', pinned: 'annotation test.keep' },
      { tags: ['d'], container: undefined, pinned: undefined },
      { tags: ['golden-1'], container: 'lone', pinned: 'pattern golden-*' },
    ],
  );
  t.is(found[0]?.made, Date.parse(made));
  t.is(found[0]?.blobs.size, 3, 'manifest, config and layer');
});

const moment = test.macro({
  async exec(t, text: string) {
    const store = await openStore(await temporaryFolder(t));
    const before = Date.now();
    await storeImage(store, { tag: 'a', annotations: { 'test.container': 'web', 'test.made': text } });
    const [found] = candidatesOf(await surveyStore(store), NAMES);
    t.true(Math.abs((found?.made ?? 0) - before) < 60_000);
  },
  title: (what = '') => `an image of ${what} counts as made when it was pushed`,
});

test('no moment', moment, '');
test('the far future, which would stay the newest for ever,', moment, new Date(Date.now() + YEAR).toISOString());
test('a moment that is none', moment, 'yesterday');

const glob = test.macro({
  exec(t, pattern: string, image: string, matches: boolean) {
    const colon = image.lastIndexOf(':');
    t.is(matchesTag(pattern, image.slice(0, colon), image.slice(colon + 1)), matches);
  },
  title: (_, pattern, image, matches) => `${pattern} ${matches ? 'matches' : 'does not match'} ${image}`,
});

test(glob, 'v*', 'a/b:v1.2', true);
test(glob, 'v*', 'a/b:1v', false);
test(glob, 'v?', 'a:v12', false);
test(glob, '{a,b}-[0-9]', 'a:b-7', true);
test(glob, 'prod/*:v*', 'prod/web:v1', true);
test(glob, 'prod/*:v*', 'prod/web/x:v1', false);
test(glob, 'prod/**:v*', 'prod/web/x:v1', true);
test(glob, 'prod:*', 'test:v1', false);
test(glob, '*', 'a:_x.y', true);
