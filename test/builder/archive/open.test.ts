import { execFile, execFileSync } from 'node:child_process';
import {
  appendFile,
  chmod,
  copyFile,
  mkdir,
  readFile,
  rename,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import type { Archive } from '../../../src/builder/archive/archive.ts';
import { openArchive } from '../../../src/builder/archive/open.ts';
import type { Member } from '../../../src/checkpoint/member.ts';
import { collect } from '../../helpers/collect.ts';
import { FIXTURES, type FixtureName, fixturePath, temporaryFolder } from '../../helpers/fixtures.ts';
import { peerTest } from '../../helpers/peer.ts';
import { gnuTarList, memberBlocks, tarOf } from '../../helpers/tar-blocks.ts';
import { throwsCode } from '../../helpers/throws.ts';

const NAMES = Object.keys(FIXTURES) as FixtureName[];

const LETTERS: Readonly<Record<string, string>> = { file: '-', directory: 'd', symlink: 'l', hardlink: 'h' };

for (const name of NAMES) {
  peerTest(['tar'], `GNU tar lists the same members of ${name}`, async (t) => {
    const archive = await opened(t, fixturePath(name));
    t.deepEqual(
      archive.members.map((member) => asListed(member)),
      gnuTarList(archive.path),
    );
  });

  test(`${name} holds the files that every checkpoint has, and they are JSON`, async (t) => {
    const archive = await opened(t, fixturePath(name));
    for (const dump of ['config.dump', 'spec.dump'])
      t.notThrows(() => archive.read(dump).then(String).then(JSON.parse));
    t.is(archive.members.find((member) => member.name === 'checkpoint')?.type, 'directory');
    t.true(archive.rootfsDiff?.some((member) => member.type !== 'directory'));
  });
}

for (const format of ['gnu', 'oldgnu', 'pax', 'ustar', 'v7']) {
  peerTest(['tar'], `GNU tar lists the same members of an archive that it wrote as ${format}`, async (t) => {
    const path = await gnuTar(t, format);
    const archive = await opened(t, path);
    t.deepEqual(
      archive.members.map((member) => asListed(member, format.endsWith('gnu'))),
      gnuTarList(path),
    );
    t.true(archive.members.length >= 4);
    t.deepEqual(archive.warnings, []);
  });
}

test('names with a leading ./ are named without it', async (t) => {
  const archive = await written(
    t,
    tarOf(memberBlocks({ path: './', flag: '5' }), memberBlocks({ path: './spec.dump' }, '{}')),
  );
  t.deepEqual(
    archive.members.map(({ name, rawName }) => [name, rawName]),
    [
      ['.', './'],
      ['spec.dump', './spec.dump'],
    ],
  );
  t.is(String(await archive.read('spec.dump')), '{}');
});

test('stale bytes behind the end mark are a warning, and no members', async (t) => {
  const archive = await opened(t, fixturePath('crio/counter'));
  t.is(archive.size, 263_680);
  t.deepEqual(
    archive.warnings.map(({ code, facts }) => [code, facts['bytes'], facts['end']]),
    [['TRAILING_DATA', archive.fileSize - archive.size, archive.size]],
  );
});

test('a read gives the whole data of a member, and undefined for one that is not there', async (t) => {
  const archive = await written(
    t,
    tarOf(memberBlocks({ path: 'spec.dump' }, 'first'), memberBlocks({ path: 'spec.dump' }, 'x'.repeat(600))),
  );
  t.is(String(await archive.read('spec.dump')), 'x'.repeat(600));
  t.is(await archive.read('config.dump'), undefined);
});

test('bytes gives any range, and fileBytes the file from any offset', async (t) => {
  const archive = await opened(t, fixturePath('crio/web'));
  const file = await readFile(archive.path);
  t.true((await collect(archive.bytes(0, archive.size))).equals(file));
  t.true((await collect(archive.bytes(1000, 2001))).equals(file.subarray(1000, 2001)));
  t.is((await collect(archive.bytes(5, 5))).length, 0);
  t.true((await collect(archive.fileBytes(100_000))).equals(file.subarray(100_000)));
  t.is((await collect(archive.fileBytes(0))).length, archive.fileSize);
});

test('an archive that nobody touches is unchanged', async (t) => {
  const archive = await opened(t, fixturePath('crio/web'));
  await t.notThrowsAsync(archive.assertUnchanged());
});

const changed = test.macro({
  exec: async (t, change: (path: string) => Promise<void>) => {
    const archive = await written(t, tarOf(memberBlocks({}, 'x')));
    await change(archive.path);
    const error = await throwsCode(t, 'ARCHIVE_CHANGED', () => archive.assertUnchanged());
    t.is(error?.facts['path'], archive.path);
  },
  title: (about = '') => `an archive has changed when ${about}`,
});

test('it grew', changed, (path) => appendFile(path, 'x'));
test('it was written to at the same size', changed, async (path) => {
  await utimes(path, new Date(), new Date(Date.now() + 1));
});
test('another file took its name', changed, async (path) => {
  await copyFile(path, `${path}.new`);
  await rename(`${path}.new`, path);
});
test('its name is gone', changed, (path) => rename(path, `${path}.old`));

test('bytes of an archive that shrank are not there', async (t) => {
  const archive = await written(t, tarOf(memberBlocks({}, 'x')));
  await truncate(archive.path, 600);
  const error = await throwsCode(t, 'ARCHIVE_CHANGED', () => collect(archive.bytes(0, archive.size)));
  t.like(error?.facts, { found: 600, expected: archive.size });
});

test('bytes stop when they are cancelled', async (t) => {
  const archive = await opened(t, fixturePath('crio/web'));
  await throwsCode(t, 'CANCELLED', () => collect(archive.bytes(0, archive.size, AbortSignal.abort())));
});

test('opening stops when it is cancelled', async (t) => {
  for (const name of ['crio/web', 'podman/counter.gz'] as const)
    await throwsCode(t, 'CANCELLED', () => openArchive(fixturePath(name), { signal: AbortSignal.abort() }));
});

test('a dump beyond its limit is too large to be read whole', async (t) => {
  const limit = 16 * 2 ** 20;
  const fits = Buffer.alloc(limit, ' ');
  const archive = await written(
    t,
    tarOf(memberBlocks({ path: 'spec.dump' }, fits), memberBlocks({ path: 'config.dump' }, Buffer.alloc(limit + 1))),
  );
  t.is((await archive.read('spec.dump'))?.length, limit);
  const error = await throwsCode(t, 'DUMP_TOO_LARGE', () => archive.read('config.dump'));
  t.like(error?.facts, { member: 'config.dump', found: limit + 1, limit });
});

test('a path with no file is not found', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'file'), '');
  for (const path of ['none.tar', 'none/a.tar', 'file/a.tar'])
    await throwsCode(t, 'ARCHIVE_NOT_FOUND', () => openArchive(join(folder, path)));
});

test('a folder is not read', async (t) => {
  const error = await throwsCode(t, 'ARCHIVE_UNREADABLE', async () => openArchive(await temporaryFolder(t)));
  t.is(error?.facts['kind'], 'a folder');
});

peerTest(['mkfifo'], 'a FIFO is refused at once, although nobody writes to it', async (t) => {
  const path = join(await temporaryFolder(t), 'fifo');
  execFileSync('mkfifo', [path]);
  const error = await throwsCode(t, 'ARCHIVE_UNREADABLE', () => openArchive(path));
  t.is(error?.facts['kind'], 'a FIFO');
});

test('a socket is not read', async (t) => {
  const path = join(await temporaryFolder(t), 'socket');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.teardown(() => server.close());
  const error = await throwsCode(t, 'ARCHIVE_UNREADABLE', () => openArchive(path));
  t.is(error?.facts['kind'], 'a socket');
});

test('a device is not read', async (t) => {
  const error = await throwsCode(t, 'ARCHIVE_UNREADABLE', () => openArchive('/dev/zero'));
  t.is(error?.facts['kind'], 'a device');
});

test('a file that this user may not read is unreadable, and the advice says what engines do', async (t) => {
  const folder = await temporaryFolder(t);
  await chmod(folder, 0o755);
  const path = join(folder, 'a.tar');
  await writeFile(path, tarOf(memberBlocks()), { mode: 0 });
  const program = new URL('../../helpers/open-as-nobody.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [program, path]);
  const error = JSON.parse(stdout);
  t.is(error.code, 'ARCHIVE_UNREADABLE');
  t.is(error.facts.errno, 'EACCES');
  t.regex(error.next, /0600/);
});

test('a symlink to an archive is followed', async (t) => {
  const path = join(await temporaryFolder(t), 'link.tar');
  await symlink(fixturePath('crio/web'), path);
  t.is((await opened(t, path)).members.length, 35);
});

test('a file of no bytes is empty', async (t) => {
  await throwsCode(t, 'ARCHIVE_EMPTY', async () => openArchive(await writtenFile(t, Buffer.alloc(0))));
});

const notTar = test.macro({
  exec: async (t, bytes: string | Buffer) => {
    await throwsCode(t, 'ARCHIVE_NOT_TAR', async () => openArchive(await writtenFile(t, Buffer.from(bytes as string))));
  },
  title: (about = '') => `no tar: ${about}`,
});

test('one byte', notTar, 'x');
test('less than a header', notTar, Buffer.alloc(511));
test('a text', notTar, '{"json": true}'.repeat(100));
test('another archive format', notTar, Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(4096, 'z')]));

test('limits may be set', async (t) => {
  const limits = { members: 3 };
  await throwsCode(t, 'ARCHIVE_TOO_MANY_MEMBERS', () => openArchive(fixturePath('crio/web'), { limits }));
});

async function opened(t: ExecutionContext, path: string): Promise<Archive> {
  const archive = await openArchive(path);
  t.teardown(() => archive.close());
  return archive;
}

async function written(t: ExecutionContext, bytes: Buffer): Promise<Archive> {
  return opened(t, await writtenFile(t, bytes));
}

async function writtenFile(t: ExecutionContext, bytes: Buffer): Promise<string> {
  const path = join(await temporaryFolder(t), 'a.tar');
  await writeFile(path, bytes);
  await utimes(path, 0, 0);
  return path;
}

/** An archive of a file, a folder, a link and a long name, as GNU tar writes it; old formats leave the long name out. */
async function gnuTar(t: ExecutionContext, format: string): Promise<string> {
  const folder = await temporaryFolder(t);
  const long = 'n'.repeat(120);
  await mkdir(join(folder, 'checkpoint'));
  await writeFile(join(folder, 'checkpoint', 'pages-1.img'), Buffer.alloc(5000, 'p'));
  await writeFile(join(folder, 'spec.dump'), '{}');
  await symlink('spec.dump', join(folder, 'link'));
  await writeFile(join(folder, long), 'long');
  const names = ['spec.dump', 'checkpoint', 'link', ...(format === 'v7' || format === 'ustar' ? [] : [long])];
  const path = join(folder, 'made.tar');
  execFileSync('tar', [`--format=${format}`, '-cf', path, '-C', folder, ...names]);
  return path;
}

/** A member as GNU tar lists it: at its own header, which is in front of its data, or at that of its GNU long name. */
function asListed({ rawName, type, size, mtime, start, data }: Member, isGnu = false) {
  const time = `${new Date(Math.floor(mtime / 1000) * 1000).toISOString().slice(0, 19)}Z`;
  return { letter: LETTERS[type] ?? '?', size, mtime: time, name: rawName, offset: isGnu ? start : data - 512 };
}
