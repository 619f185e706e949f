import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { readBundle } from '../../../src/runtime/bundle/config.ts';
import { recordedConfig } from '../../helpers/bundles.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { throwsCode } from '../../helpers/throws.ts';

for (const name of ['containerd-2.3/container', 'containerd-2.3/sandbox', 'cri-o-1.37/container'] as const) {
  test(`the bundle of ${name} is read whole, with what thaw does not look at`, async (t) => {
    const folder = await temporaryFolder(t);
    await writeFile(join(folder, 'config.json'), JSON.stringify(recordedConfig(name)));
    t.deepEqual(readBundle(folder).config, recordedConfig(name));
  });
}

const WRONG: Readonly<Record<string, string>> = {
  'no JSON': '{',
  'a list': '[]',
  'a config without a root': '{"mounts":[]}',
  'mounts without a destination': '{"root":{"path":"r"},"mounts":[{"source":"/"}]}',
  'mounts that are no list': '{"root":{"path":"r"},"mounts":{}}',
  'variables that are no texts': '{"root":{"path":"r"},"process":{"env":[1]}}',
};

for (const [title, text] of Object.entries(WRONG)) {
  test(`${title} is BUNDLE_INVALID`, async (t) => {
    const folder = await temporaryFolder(t);
    await writeFile(join(folder, 'config.json'), text);
    const error = await throwsCode(t, 'BUNDLE_INVALID', () => readBundle(folder));
    t.true(error?.message.startsWith(`${folder}/config.json is no config.json`));
  });
}

test('a bundle without a config.json, or with a folder of that name, is BUNDLE_INVALID', async (t) => {
  const folder = await temporaryFolder(t);
  t.regex((await throwsCode(t, 'BUNDLE_INVALID', () => readBundle(folder)))?.message ?? '', /ENOENT/);
  await mkdir(join(folder, 'config.json'));
  t.regex((await throwsCode(t, 'BUNDLE_INVALID', () => readBundle(folder)))?.message ?? '', /EISDIR/);
});

test('null is as good as absent, as it is for Go', async (t) => {
  const folder = await temporaryFolder(t);
  const text = '{"root":{"path":"r"},"mounts":null,"process":{"env":null},"linux":{"seccomp":null}}';
  await writeFile(join(folder, 'config.json'), text);
  t.deepEqual(readBundle(folder).config, { root: { path: 'r' }, process: {}, linux: {} });
});
