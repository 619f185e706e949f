import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { hostAt } from '../../../src/node/host/host.ts';
import { readText } from '../../../src/node/host/read.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { throwsCode } from '../../helpers/throws.ts';

test('links of a mounted root lead within it, however they are written', async (t) => {
  const root = await temporaryFolder(t);
  await mkdir(join(root, 'run/crio'), { recursive: true });
  await mkdir(join(root, 'etc'));
  await symlink('/run', join(root, 'var'));
  await symlink('../../../../run/crio', join(root, 'etc/climbs'));
  await symlink('/etc/climbs/sock', join(root, 'etc/twice'));
  await writeFile(join(root, 'run/crio/sock'), 'the one in the root');
  const { at } = hostAt(root);
  t.is(await at('/var/crio/sock'), join(root, 'run/crio/sock'));
  t.is(await at('/etc/climbs'), join(root, 'run/crio'));
  t.is(await at('/etc/twice'), join(root, 'run/crio/sock'));
  t.is(await at('/not/there'), join(root, 'not/there'));
  t.is(await at('/../../etc/passwd'), join(root, 'etc/passwd'));
  t.is(await readText(hostAt(root), '/etc/twice'), 'the one in the root');
});

test('links in a circle are refused', async (t) => {
  const root = await temporaryFolder(t);
  await symlink('/b', join(root, 'a'));
  await symlink('/a', join(root, 'b'));
  await throwsCode(t, 'STORAGE_FAILED', () => hostAt(root).at('/a'));
});

test('the root of this machine is taken as it is', async (t) => {
  t.is(await hostAt().at('/proc/self/comm'), `/proc/${process.pid}/comm`);
});
