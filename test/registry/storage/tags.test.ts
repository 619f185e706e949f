import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { isThawError } from '../../../src/errors.ts';
import { digestOf } from '../../../src/oci/digest.ts';
import { openStore } from '../../../src/registry/storage/store.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { throwsCode } from '../../helpers/throws.ts';

const [ONE, TWO] = [digestOf('one'), digestOf('two')];
const KEEP = { replace: false };

test('a tag names its digest, and may be written again', async (t) => {
  const { tags } = await openStore(await temporaryFolder(t));
  t.is(await tags.read('a', 'v1'), undefined);
  await tags.write('a', 'v1', ONE, KEEP);
  await tags.write('a', 'v1', ONE, KEEP);
  t.is(await tags.read('a', 'v1'), ONE);
});

test('a tag that names another digest is moved only when that is asked for', async (t) => {
  const { tags } = await openStore(await temporaryFolder(t));
  await tags.write('a', 'v1', ONE, KEEP);
  const error = await throwsCode(t, 'TAG_TAKEN', () => tags.write('a', 'v1', TWO, KEEP));
  t.is(error?.facts['taken'], ONE);
  t.is(error?.facts['digest'], TWO);
  await tags.write('a', 'v1', TWO, { replace: true });
  t.is(await tags.read('a', 'v1'), TWO);
});

test('of many that want one tag at once, one gets it and all others are told so', async (t) => {
  const { tags } = await openStore(await temporaryFolder(t));
  const digests = Array.from({ length: 20 }, (_, at) => digestOf(String(at)));
  const results = await Promise.allSettled(digests.map((digest) => tags.write('a', 'v1', digest, KEEP)));
  const won = digests.filter((_, at) => results[at]?.status === 'fulfilled');
  t.deepEqual(won, [await tags.read('a', 'v1')]);
  const lost = results.filter((result) => result.status === 'rejected');
  t.true(lost.every(({ reason }) => isThawError(reason, 'TAG_TAKEN')));
});

test('of many processes that want one tag at once, one gets it', async (t) => {
  const root = await temporaryFolder(t);
  const store = new URL('../../../src/registry/storage/store.ts', import.meta.url).href;
  const program = (digest: string) => `
    const { openStore } = await import('${store}');
    const { tags } = await openStore('${root}');
    await tags.write('a', 'v1', '${digest}', { replace: false }).then(
      () => console.log('${digest}'),
      (error) => console.log(error.code),
    );`;
  const digests = Array.from({ length: 4 }, (_, at) => digestOf(String(at)));
  const said = await Promise.all(
    digests.map(
      async (digest) => (await execa(process.execPath, ['--input-type=module', '-e', program(digest)])).stdout,
    ),
  );
  const { tags } = await openStore(root);
  t.deepEqual(
    said.filter((text) => text !== 'TAG_TAKEN'),
    [await tags.read('a', 'v1')],
  );
});

test('a tag is removed, with `only` just while it names that digest', async (t) => {
  const { tags } = await openStore(await temporaryFolder(t));
  await tags.write('a', 'v1', ONE, KEEP);
  t.false(await tags.remove('a', 'v1', TWO));
  t.true(await tags.remove('a', 'v1', ONE));
  t.false(await tags.remove('a', 'v1'));
  t.is(await tags.read('a', 'v1'), undefined);
  await tags.write('a', 'v1', TWO, KEEP);
  t.is(await tags.read('a', 'v1'), TWO);
});

test('a tag whose link a crash has not written is not listed, and can be made', async (t) => {
  const root = await temporaryFolder(t);
  const { tags } = await openStore(root);
  await mkdir(join(root, 'docker/registry/v2/repositories/a/_manifests/tags/v1/current'), { recursive: true });
  t.deepEqual(await tags.list('a'), { tags: [], more: false });
  await tags.write('a', 'v1', ONE, KEEP);
  t.deepEqual(await tags.list('a'), { tags: ['v1'], more: false });
});

test('nothing is left among the files that are not whole yet', async (t) => {
  const root = await temporaryFolder(t);
  const { tags } = await openStore(root);
  await tags.write('a', 'v1', ONE, KEEP);
  await throwsCode(t, 'TAG_TAKEN', () => tags.write('a', 'v1', TWO, KEEP));
  await tags.write('a', 'v1', TWO, { replace: true });
  await tags.remove('a', 'v1');
  t.deepEqual(await readdir(join(root, 'thaw/tmp')), []);
});

test('a tag survives that the folder of unfinished files is cleared away', async (t) => {
  const root = await temporaryFolder(t);
  const { tags } = await openStore(root);
  await rm(join(root, 'thaw'), { recursive: true });
  await tags.write('a', 'v1', ONE, KEEP);
  t.is(await tags.read('a', 'v1'), ONE);
});

for (const [name, run] of [
  ['a repository', (tags) => tags.read('../a', 'v1')],
  ['a tag', (tags) => tags.read('a', '../v1')],
] as const satisfies readonly [string, (tags: Awaited<ReturnType<typeof openStore>>['tags']) => Promise<unknown>][]) {
  test(`${name} that is none never reaches the disk`, async (t) => {
    const { tags } = await openStore(await temporaryFolder(t));
    await throwsCode(t, 'REFERENCE_INVALID', () => run(tags));
  });
}
