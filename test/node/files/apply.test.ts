import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { applyPlan } from '../../../src/node/files/apply.ts';
import { readManifest } from '../../../src/node/files/manifest.ts';
import { removeFiles, removeTraces } from '../../../src/node/files/remove.ts';
import { hostAt } from '../../../src/node/host/host.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { everythingIn } from '../../helpers/node/files.ts';
import { throwsCode } from '../../helpers/throws.ts';

const OPTIONS = { daemon: 7, force: false };
const NOTHING_ELSE = { programs: [], registry: [], edits: [] };

test('folders that were made go with what was in them; others, and what others put there, stay', async (t) => {
  const root = await temporaryFolder(t);
  const host = hostAt(root);
  await mkdir(join(root, 'etc'));
  const file = (path: string) => ({ path, content: 'x', mode: 0o644 });
  const settings = [file('/etc/a/b/one'), file('/etc/c/two')];
  await applyPlan(host, { ...NOTHING_ELSE, settings }, OPTIONS);
  await writeFile(join(root, 'etc/c/theirs'), 'y');
  const manifest = await readManifest(host);
  await removeFiles(host, Object.keys(manifest.files));
  await removeTraces(host, manifest);
  t.deepEqual(await everythingIn(root), { etc: 'folder', 'etc/c': 'folder', 'etc/c/theirs': 'y' });
});

test('nothing is left half written beside a file, and nothing strange in a folder of drop-ins', async (t) => {
  const root = await temporaryFolder(t);
  const path = '/etc/crio/crio.conf.d/50-thaw.conf';
  const settings = [{ path, content: 'x', mode: 0o644 }];
  await applyPlan(hostAt(root), { ...NOTHING_ELSE, settings }, OPTIONS);
  t.deepEqual(await readdir(join(root, 'etc/crio')), ['crio.conf.d']);
  t.deepEqual(await readdir(join(root, 'etc/crio/crio.conf.d')), ['50-thaw.conf']);
});

test('an installation that was killed while it wrote is gone on with, and can be undone', async (t) => {
  const root = await temporaryFolder(t);
  const host = hostAt(root);
  const plan = (content: string) => ({ ...NOTHING_ELSE, settings: [{ path: '/a/x', content, mode: 0o644 }] });
  await applyPlan(host, plan('old'), OPTIONS);
  const record = join(root, 'var/lib/thaw/node.json');
  const { files, ...rest } = JSON.parse(await readFile(record, 'utf8'));
  // What the record says between the intent and the deed: the file may be either.
  await applyPlan(host, plan('new'), OPTIONS);
  const [after] = (await readManifest(host)).files['/a/x'] ?? [];
  await writeFile(record, JSON.stringify({ ...rest, files: { '/a/x': [after, ...files['/a/x']] } }));
  for (const text of ['old', 'new']) {
    await writeFile(join(root, 'a/x'), text);
    await t.notThrowsAsync(applyPlan(host, plan('new'), OPTIONS));
  }
  await writeFile(join(root, 'a/x'), 'neither');
  await throwsCode(t, 'NODE_FILE_CHANGED', () => applyPlan(host, plan('new'), OPTIONS));
});

test('an update that is undone leaves the former text, and the record of it', async (t) => {
  const root = await temporaryFolder(t);
  const host = hostAt(root);
  const plan = (content: string) => ({ ...NOTHING_ELSE, settings: [{ path: '/a/x', content, mode: 0o644 }] });
  await applyPlan(host, plan('old'), OPTIONS);
  const before = await readManifest(host);
  const { undo } = await applyPlan(host, plan('new'), OPTIONS);
  await undo();
  t.is(await readFile(join(root, 'a/x'), 'utf8'), 'old');
  t.deepEqual(await readManifest(host), before);
});
