import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { debianRoot, rootFolder } from '../../../scripts/cluster/debian-root.ts';
import { BuildError } from '../../../scripts/cluster/step.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { peerTest, ROOT } from '../../helpers/peer.ts';

const CONTENTS = { name: 'node', packages: ['iproute2', 'procps'], newer: ['criu'] };

test('the order of packages does not matter to where a root is', (t) => {
  t.regex(rootFolder('/cache', CONTENTS), /^\/cache\/debian\/node-[0-9a-f]{12}$/);
  t.is(rootFolder('/cache', { ...CONTENTS, packages: ['procps', 'iproute2'] }), rootFolder('/cache', CONTENTS));
});

const other = test.macro({
  exec: (t, change: Partial<typeof CONTENTS>) =>
    t.not(rootFolder('/cache', { ...CONTENTS, ...change }), rootFolder('/cache', CONTENTS)),
  title: (title = '') => `a root is another one with ${title}`,
});

test('another name', other, { name: 'podman' });
test('one package more', other, { packages: [...CONTENTS.packages, 'podman'] });
test('one newer package more', other, { newer: ['criu', 'runc'] });
test('a package that is newer', other, { packages: ['iproute2'], newer: ['criu', 'procps'] });

test('a root that is there is not made again', async (t) => {
  const cache = await temporaryFolder(t);
  await mkdir(rootFolder(cache, CONTENTS), { recursive: true });
  t.is(await debianRoot({ ...CONTENTS, cache, report: (line) => t.fail(line) }), rootFolder(cache, CONTENTS));
});

peerTest([ROOT, 'debootstrap', 'apt-get'], 'a root that cannot be made says why, and leaves nothing', async (t) => {
  const cache = await temporaryFolder(t);
  await useMirror(t, 'http://127.0.0.1:9/debian');
  const lines: string[] = [];
  const making = debianRoot({ ...CONTENTS, cache, report: (line) => lines.push(line) });
  const error = await t.throwsAsync(making, { instanceOf: BuildError });
  t.deepEqual(lines, ['node root: Debian 13 ...']);
  t.regex(error?.message ?? '', /^node root: Debian 13 failed after .*debootstrap[\s\S]*127\.0\.0\.1:9/);
  t.deepEqual(
    (await readdir(join(cache, 'debian'))).filter((name) => !name.endsWith('.lock')),
    [],
  );
  t.false((await readFile('/proc/self/mounts', 'utf8')).includes(cache));
});

/** Sets apt up with this mirror only, for this process. */
async function useMirror(t: ExecutionContext, mirror: string): Promise<void> {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'sources.list'), `deb ${mirror} trixie main\n`);
  const settings = `Dir::Etc::sourcelist "${folder}/sources.list";\nDir::Etc::sourceparts "${folder}/none";\n`;
  await writeFile(join(folder, 'apt.conf'), settings);
  process.env['APT_CONFIG'] = join(folder, 'apt.conf');
  t.teardown(() => delete process.env['APT_CONFIG']);
}
