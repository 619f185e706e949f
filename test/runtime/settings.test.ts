import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { settingsFrom } from '../../src/runtime/settings.ts';
import { temporaryFolder } from '../helpers/fixtures.ts';

test('without settings everything is where nodes have it', (t) => {
  t.like(settingsFrom({ PATH: '/nowhere' }), { runc: '/usr/sbin/runc', run: '/run/thaw', lib: '/var/lib/thaw' });
});

test('a runc without a path is looked for on PATH', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'runc'), '');
  t.is(settingsFrom({ PATH: `/nowhere:${folder}` }).runc, '/usr/sbin/runc');
  await chmod(join(folder, 'runc'), 0o755);
  t.is(settingsFrom({ PATH: `/nowhere:${folder}` }).runc, join(folder, 'runc'));
  t.is(settingsFrom({ PATH: folder, THAW_RUNC: '/opt/runc', THAW_RUN: '/r', THAW_LIB: '/l' }).runc, '/opt/runc');
});
