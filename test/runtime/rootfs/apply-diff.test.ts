import { spawnSync } from 'node:child_process';
import { lstat, mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { applyRootfsDiff, type RootfsDiff } from '../../../src/runtime/rootfs/apply-diff.ts';
import { RootFolder } from '../../../src/runtime/rootfs/root-folder.ts';
import { madeBundle } from '../../helpers/bundles.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { peerTest, ROOT } from '../../helpers/peer.ts';
import { type BlockOptions, memberBlocks, paxBlocks, paxRecord, tarOf } from '../../helpers/tar-blocks.ts';
import { throwsCode } from '../../helpers/throws.ts';

interface Made {
  readonly root: string;
  /** A folder beside the root that nothing may touch. */
  readonly outside: string;
  readonly apply: (tar: Uint8Array, options?: Partial<RootfsDiff>) => Promise<string[]>;
}

/** A root with a base image in it: /etc/motd, /srv/folder/inside, and links that lead out. */
async function made(t: ExecutionContext): Promise<Made> {
  const top = await temporaryFolder(t);
  const [root, outside, path] = ['root', 'outside', 'rootfs-diff.tar'].map((name) => join(top, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [join(root, 'etc'), join(root, 'srv/folder'), outside]) await mkdir(folder, { recursive: true });
  for (const file of ['etc/motd', 'srv/folder/inside']) await writeFile(join(root, file), 'base');
  await writeFile(join(outside, 'secret'), 'secret');
  await symlink(outside, join(root, 'out'));
  await symlink(join(outside, 'secret'), join(root, 'etc/link'));
  const apply = async (tar: Uint8Array, options: Partial<RootfsDiff> = {}) => {
    await writeFile(path, tar);
    return applyRootfsDiff(new RootFolder(root), { path, engine: 'cri-o', devices: false, ...options });
  };
  return { root, outside, apply };
}

const file = (path: string, content = 'new', options: BlockOptions = {}) => memberBlocks({ path, ...options }, content);
const folder = (path: string) => memberBlocks({ path, flag: '5' });
const link = (path: string, linkpath: string) => memberBlocks({ path, flag: '2', linkpath });
const hard = (path: string, linkpath: string) => memberBlocks({ path, flag: '1', linkpath });
const device = (path: string, flag: '3' | '4' | '6') =>
  memberBlocks({ path, flag, patch: { 329: '0000001', 337: '0000003' } });

peerTest([ROOT], 'files come with their content, mode, owner and time, whether the tar is plain or gzip', async (t) => {
  const tar = tarOf(
    folder('srv/'),
    file('srv/added', 'content', { patch: { 100: '0004751', 108: '0001750', 116: '0001751', 136: '14500000000' } }),
    file('etc/motd', 'changed'),
  );
  for (const bytes of [tar, gzipSync(tar)]) {
    const { root, apply } = await made(t);
    t.deepEqual(await apply(bytes), []);
    t.is(await readFile(join(root, 'srv/added'), 'utf8'), 'content');
    const { mode, uid, gid, mtimeMs } = await lstat(join(root, 'srv/added'));
    t.deepEqual([mode & 0o7777, uid, gid, mtimeMs], [0o4751, 1000, 1001, 0o14500000000 * 1000]);
    t.is(await readFile(join(root, 'etc/motd'), 'utf8'), 'changed');
    t.is(await readFile(join(root, 'srv/folder/inside'), 'utf8'), 'base');
  }
});

test('real diffs of each engine are applied', async (t) => {
  for (const [name, engine, path, content] of [
    ['containerd/web', 'containerd', 'tmp/count', /^\d+\n?$/],
    ['crio-1.37/web', 'cri-o', 'tmp/count', /^\d+\n?$/],
  ] as const) {
    const { root, image } = await madeBundle(t, name);
    applyRootfsDiff(new RootFolder(root), { path: join(image, 'rootfs-diff.tar'), engine, devices: false });
    t.regex(await readFile(join(root, path), 'utf8'), content);
  }
});

test('a file in the place of a link, a folder or another file replaces it, and what the link led to stays', async (t) => {
  const { root, outside, apply } = await made(t);
  await apply(tarOf(file('etc/link'), file('out'), file('srv/folder'), file('etc/motd')));
  for (const name of ['etc/link', 'out', 'srv/folder', 'etc/motd'])
    t.true((await lstat(join(root, name))).isFile(), name);
  t.is(await readFile(join(outside, 'secret'), 'utf8'), 'secret');
  t.deepEqual(await readdir(outside), ['secret']);
});

test('a folder stays with what is in it, and takes the place of a link', async (t) => {
  const { root, outside, apply } = await made(t);
  await apply(tarOf(folder('srv/folder'), folder('out/'), file('out/x')));
  t.deepEqual(await readdir(join(root, 'srv/folder')), ['inside']);
  t.deepEqual(await readdir(join(root, 'out')), ['x']);
  t.deepEqual(await readdir(outside), ['secret']);
});

test('symlinks may lead anywhere, for they are followed inside the container only', async (t) => {
  const { root, apply } = await made(t);
  await apply(tarOf(link('etc/mtab', '/proc/mounts'), link('up', '../../x'), link('srv/folder', 'elsewhere')));
  t.is(await readlink(join(root, 'etc/mtab')), '/proc/mounts');
  t.is(await readlink(join(root, 'up')), '../../x');
  t.is(await readlink(join(root, 'srv/folder')), 'elsewhere');
});

test('hard links share a file, also one to a symlink', async (t) => {
  const { root, apply } = await made(t);
  await apply(tarOf(file('a', 'shared'), hard('b', 'a'), hard('srv/c', './etc/motd'), hard('d', 'etc/link')));
  t.is((await lstat(join(root, 'a'))).ino, (await lstat(join(root, 'b'))).ino);
  t.is((await lstat(join(root, 'etc/motd'))).ino, (await lstat(join(root, 'srv/c'))).ino);
  t.true((await lstat(join(root, 'd'))).isSymbolicLink());
});

const HOSTILE: Readonly<Record<string, Uint8Array>> = {
  'a name that climbs': tarOf(file('../outside/secret')),
  'a name that climbs later': tarOf(file('etc/../../outside/secret')),
  'a name through a link of the base image': tarOf(file('out/secret')),
  'a name through a link of its own': tarOf(link('mine', '/'), file('mine/tmp/x')),
  'a folder through a link': tarOf(folder('out/sub/')),
  'a link through a link': tarOf(link('out/l', '/')),
  'a hard link that climbs': tarOf(hard('x', '../outside/secret')),
  'a hard link through a link': tarOf(hard('x', 'out/secret')),
  'a hard link to a link, then a name through it': tarOf(hard('x', 'out'), file('x/secret')),
  'a long name that climbs': tarOf(paxBlocks(paxRecord('path', '../outside/secret')), file('harmless')),
  'a long link that climbs': tarOf(paxBlocks(paxRecord('linkpath', '../outside/secret')), hard('x', 'harmless')),
};

for (const [title, tar] of Object.entries(HOSTILE)) {
  test(`${title} is ROOTFS_DIFF_ESCAPES, and nothing outside is touched`, async (t) => {
    const { outside, apply } = await made(t);
    await throwsCode(t, 'ROOTFS_DIFF_ESCAPES', () => apply(tar));
    t.deepEqual(await readdir(outside), ['secret']);
    t.is(await readFile(join(outside, 'secret'), 'utf8'), 'secret');
    t.is((await lstat(join(outside, 'secret'))).nlink, 1);
  });
}

test('an absolute name is one below the root', async (t) => {
  const { root, apply } = await made(t);
  await apply(tarOf(file('/etc/motd', 'changed')));
  t.is(await readFile(join(root, 'etc/motd'), 'utf8'), 'changed');
});

const DAMAGED: Readonly<Record<string, Uint8Array>> = {
  'a damaged header': Buffer.concat([file('a'), Buffer.alloc(512, 'x'), tarOf(file('b'))]),
  'no tar at all': Buffer.alloc(2048, 'no tar'),
  'a gzip stream that breaks off': gzipSync(tarOf(file('a', 'x'.repeat(100_000)))).subarray(0, 60),
  'a file that breaks off': tarOf(file('a', 'x'.repeat(10_000))).subarray(0, 5_000),
  'a hard link to nothing': tarOf(hard('x', 'not/there')),
  'a kind that no engine writes': tarOf(memberBlocks({ path: 'x', flag: 'V' })),
  'a device, where the container may make none': tarOf(device('dev/mem', '3')),
};

for (const [title, tar] of Object.entries(DAMAGED)) {
  test(`${title} is ROOTFS_DIFF_FAILED`, async (t) => {
    const { apply } = await made(t);
    await throwsCode(t, 'ROOTFS_DIFF_FAILED', () => apply(tar));
  });
}

test('a tar of zeros that gzip made small is refused by its size', async (t) => {
  const { apply } = await made(t);
  const giant = memberBlocks({ path: 'giant', patch: { 124: '17777777777777777777777'.slice(0, 11) } });
  const many = Buffer.concat(Array.from({ length: 9 }, () => giant));
  const error = await throwsCode(t, 'ROOTFS_DIFF_FAILED', () => apply(many));
  t.truthy(error);
});

peerTest([ROOT], 'pipes are made, and devices where the container may make them', async (t) => {
  const { root, apply } = await made(t);
  await apply(tarOf(device('run/pipe', '6'), device('dev-null', '3')), { devices: true });
  t.true((await lstat(join(root, 'run/pipe'))).isFIFO());
  const { rdev, mode } = await lstat(join(root, 'dev-null'));
  t.is(rdev, (1 << 8) | 3);
  t.is(mode & 0o7777, 0o644);
});

test("containerd's whiteouts delete, an opaque folder loses what it had before, and for CRI-O they are files", async (t) => {
  const tar = tarOf(
    file('etc/.wh.motd', ''),
    file('srv/new'),
    file('srv/.wh..wh..opq', ''),
    file('srv/newer'),
    file('.wh...', ''),
    file('.wh.nowhere', ''),
  );
  const layer = await made(t);
  await layer.apply(tar, { engine: 'containerd' });
  t.deepEqual(await readdir(join(layer.root, 'etc')), ['link']);
  t.deepEqual(await readdir(join(layer.root, 'srv')), ['new', 'newer']);
  const plain = await made(t);
  await plain.apply(tar);
  t.true((await readdir(join(plain.root, 'etc'))).includes('.wh.motd'));
});

test('a whiteout through a link is ROOTFS_DIFF_ESCAPES', async (t) => {
  for (const name of ['out/.wh.secret', 'out/.wh..wh..opq']) {
    const { outside, apply } = await made(t);
    await throwsCode(t, 'ROOTFS_DIFF_ESCAPES', () => apply(tarOf(file(name, '')), { engine: 'containerd' }));
    t.deepEqual(await readdir(outside), ['secret']);
  }
});

test('extended attributes are not carried over, and said so', async (t) => {
  const { apply } = await made(t);
  const tar = tarOf(paxBlocks(paxRecord('SCHILY.xattr.security.capability', 'x')), file('bin/ping'));
  t.regex((await apply(tar))[0] ?? '', /extended attributes/);
});

peerTest(['tar', ROOT], 'a tree that GNU tar packs comes out as it was', async (t) => {
  const { root, apply } = await made(t);
  const tree = join(root, '../tree');
  spawnSync('sh', [
    '-ec',
    'mkdir -p "$1/a/b" && cd "$1" && echo x >a/x && chmod 4711 a/x && ln a/x y && ln -s a/x z && mkfifo p && chown 7:8 a/b && touch -d @5 a/b',
    'sh',
    tree,
  ]);
  const long = 'n'.repeat(120);
  await writeFile(join(tree, 'a', long), 'long');
  const { stdout } = spawnSync('tar', ['-C', tree, '-cf', '-', '.'], { maxBuffer: 2 ** 24 });
  await apply(stdout);
  const facts = async (top: string) =>
    Promise.all(
      ['a', 'a/b', 'a/x', 'y', 'z', 'p', `a/${long}`].map(async (name) => {
        const { mode, uid, gid, mtimeMs, nlink, size } = await lstat(join(top, name));
        return [
          name,
          mode,
          uid,
          gid,
          Math.floor(mtimeMs / 1000),
          name === 'a' ? 0 : nlink,
          name.length === 1 ? 0 : size,
        ];
      }),
    );
  t.deepEqual(await facts(root), await facts(tree));
});

const part = fc.constantFrom('..', '.', 'etc', 'out', 'srv', 'motd', 'link', 'x', '', '.wh.motd', '.wh..wh..opq');
const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/') || 'x');
const entry = fc.oneof(
  name.map((path) => file(path)),
  name.map((path) => folder(path)),
  fc
    .tuple(name, fc.oneof(name, fc.constantFrom('/', '/tmp', '../outside')))
    .map(([path, target]) => link(path, target)),
  fc.tuple(name, name).map(([path, target]) => hard(path, target)),
);

test('whatever a tar holds, nothing outside the root changes', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { maxLength: 8 }),
      fc.constantFrom('cri-o', 'containerd'),
      async (entries, engine) => {
        const { root, outside, apply } = await made(t);
        await apply(tarOf(...entries), { engine }).catch(() => {});
        t.deepEqual(await readdir(outside), ['secret']);
        t.is(await readFile(join(outside, 'secret'), 'utf8'), 'secret');
        t.is((await lstat(join(outside, 'secret'))).nlink, 1);
        t.deepEqual((await readdir(join(root, '..'))).sort(), ['outside', 'root', 'rootfs-diff.tar']);
      },
    ),
    { numRuns: 300 },
  );
});
