import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openArchive } from '../../../src/builder/archive/open.ts';
import { type ConvertOptions, convert } from '../../../src/builder/convert.ts';
import { readCheckpointImage } from '../../../src/builder/image/read.ts';
import { rebuild } from '../../../src/builder/rebuild.ts';
import { ThawError } from '../../../src/errors.ts';
import { type BuildahStorage, useBuildahStorage } from '../../helpers/buildah-storage.ts';
import { collect } from '../../helpers/collect.ts';
import { type FixtureName, fixturePath, temporaryFolder } from '../../helpers/fixtures.ts';
import { imageTree, tarTree } from '../../helpers/image-tree.ts';
import { leftovers, localTarget } from '../../helpers/local-target.ts';
import { peerTest } from '../../helpers/peer.ts';
import { throwsCode } from '../../helpers/throws.ts';

let storage: BuildahStorage;
const PATH = process.env['PATH'] ?? '';

test.before(async () => {
  storage = await useBuildahStorage();
});
test.after.always(() => storage.remove());

/** One after the other: storage, PATH and temporary folder belong to the whole process. */
const buildahTest = (title: string, implementation: (t: ExecutionContext) => Promise<void>): void =>
  peerTest(
    ['buildah'],
    title,
    async (t) => {
      await storage.run('rmi', '--all', '--force');
      await implementation(t);
    },
    test.serial,
  );

/** Working containers, images without a name, and temporary folders. */
async function remains(): Promise<unknown> {
  return {
    containers: await storage.run('containers', '--quiet'),
    nameless: await storage.run('images', '--quiet', '--filter', 'dangling=true'),
    temporary: (await readdir(storage.temporary)).filter((name) => name.startsWith('thaw-buildah-')),
  };
}
const NOTHING = { containers: '', nameless: '', temporary: [] };

const buildahOn = (name: FixtureName, options: Omit<ConvertOptions, 'archive' | 'engine'>) =>
  convert({ archive: fixturePath(name), engine: 'buildah', ...options });

for (const name of [
  'crio/counter',
  'crio-1.37/web',
  'containerd/web',
  'podman/counter.gz',
  'podman/counter.zst',
] as const) {
  buildahTest(`both engines give ${name} the same files, modes, owners and times`, async (t) => {
    const target = await localTarget(t);
    const native = await convert({ archive: fixturePath(name), target, tag: 'native' });
    const result = await buildahOn(name, { target, tag: 'buildah' });
    const tree = await imageTree(target, 'buildah');
    t.deepEqual(tree, await imageTree(target, 'native'));
    t.true(Object.keys(tree).length > 30);
    t.deepEqual(result.metadata, native.metadata);
    t.deepEqual(await remains(), NOTHING);
  });
}

buildahTest('the image is in buildah’s storage and in the target, under one name and digest', async (t) => {
  const target = await localTarget(t);
  const { digest, tag, metadata } = await buildahOn('crio/web', { target });
  const name = `${target.name}:${tag}`;
  t.is((await target.getManifest(tag))?.digest, digest);
  const inspected = JSON.parse(await storage.run('inspect', '--type', 'image', name));
  t.is(inspected.FromImageDigest, digest);
  const { facts, config, manifest } = await readCheckpointImage(target, tag);
  t.deepEqual(facts.metadata, metadata);
  t.is(config.architecture, 'amd64');
  t.is(manifest.annotations['io.kubernetes.cri-o.annotations.checkpoint.name'], 'web');
  const written = JSON.parse(String(await collect(await target.getBlob(manifest.config.digest))));
  t.deepEqual(written.config, {});
});

buildahTest('layers are compressed as asked, or as the archive is', async (t) => {
  const target = await localTarget(t);
  const compressionOf = async (name: FixtureName, compression?: 'none' | 'gzip' | 'zstd'): Promise<unknown> => {
    const { digest } = await buildahOn(name, { target, compression, replaceTag: true });
    return (await readCheckpointImage(target, digest)).layers[0]?.compression;
  };
  t.is(await compressionOf('crio/web'), 'none');
  t.is(await compressionOf('crio/web', 'gzip'), 'gzip');
  t.is(await compressionOf('crio/web', 'zstd'), 'zstd');
  t.is(await compressionOf('podman/counter.gz'), 'gzip');
  t.is(await compressionOf('podman/counter.zst', 'none'), 'none');
});

buildahTest('a name full of patterns is the name of one file', async (t) => {
  const folder = await temporaryFolder(t);
  for (const name of ['we[bx]*?.tar', 'web.tar', 'wex.tar'])
    await copyFile(fixturePath('crio/web'), join(folder, name));
  await copyFile(fixturePath('crio/counter'), join(folder, 'we[bx]*?.tar'));
  const target = await localTarget(t);
  const { tag } = await convert({ archive: join(folder, 'we[bx]*?.tar'), engine: 'buildah', target });
  const archive = await openArchive(fixturePath('crio/counter'));
  t.teardown(() => archive.close());
  const expected = await tarTree(await collect(archive.bytes(0, archive.size)));
  const tree = await imageTree(target, tag);
  t.deepEqual(tree, Object.fromEntries(Object.entries(expected).sort(([a], [b]) => (a < b ? -1 : 1))));
});

buildahTest('a second conversion finds the image there and leaves one of it', async (t) => {
  const target = await localTarget(t);
  const first = await buildahOn('containerd/web', { target });
  const before = target.sent.length;
  const second = await buildahOn('containerd/web', { target });
  t.is(second.digest, first.digest);
  t.true(second.existed);
  t.is(target.sent.length, before);
  t.deepEqual(await remains(), NOTHING);
  await storage.run('rmi', `${target.name}:${first.tag}`);
  const third = await buildahOn('containerd/web', { target });
  t.true(third.existed);
  await t.notThrowsAsync(storage.run('inspect', '--type', 'image', `${target.name}:${first.tag}`));
});

buildahTest('a tag that names another image is moved neither here nor in buildah', async (t) => {
  const target = await localTarget(t);
  const first = await buildahOn('crio/web', { target, tag: 'taken' });
  const before = await storage.run('images', '--quiet', '--no-trunc', `${target.name}:taken`);
  await throwsCode(t, 'TAG_TAKEN', () => buildahOn('crio/web-sidecar', { target, tag: 'taken' }));
  t.is((await target.getManifest('taken'))?.digest, first.digest);
  t.is(await storage.run('images', '--quiet', '--no-trunc', `${target.name}:taken`), before);
  t.deepEqual(await remains(), NOTHING);
  const moved = await buildahOn('crio/web-sidecar', { target, tag: 'taken', replaceTag: true });
  t.is((await target.getManifest('taken'))?.digest, moved.digest);
});

buildahTest('an image of buildah’s does not give the archive’s bytes back, and says so', async (t) => {
  const target = await localTarget(t);
  const { tag } = await buildahOn('crio/web', { target });
  const output = join(await temporaryFolder(t), 'back.tar');
  const error = await throwsCode(t, 'IMAGE_NOT_CHECKPOINT', () => rebuild({ target, reference: tag, output }));
  t.regex(error?.message ?? '', /engine buildah/);
});

buildahTest('a target that fails leaves nothing in buildah’s storage', async (t) => {
  const target = await localTarget(t, () => ({
    putManifest: async () => {
      throw new ThawError('REGISTRY_FULL', { message: 'no room', next: 'make room' });
    },
  }));
  await throwsCode(t, 'REGISTRY_FULL', () => buildahOn('crio/web', { target }));
  t.deepEqual(await remains(), NOTHING);
  t.is(await storage.run('images', '--quiet', `${target.name}:web`).catch(() => ''), '');
});

/** Until the test ends, a `buildah` on PATH that runs these lines of sh first, and then the real one. */
async function wrapBuildah(t: ExecutionContext, lines: string): Promise<void> {
  const folder = await temporaryFolder(t);
  const real = `PATH='${PATH}' exec buildah "$@"`;
  await writeFile(join(folder, 'buildah'), `#!/bin/sh\n${lines}\n${real}\n`, { mode: 0o755 });
  usePath(t, `${folder}:${PATH}`);
}

/** Another PATH until the test ends. */
function usePath(t: ExecutionContext, path: string): void {
  process.env['PATH'] = path;
  t.teardown(() => {
    process.env['PATH'] = PATH;
  });
}

for (const step of ['from', 'add', 'config', 'commit', 'push', 'tag']) {
  buildahTest(`a failure of buildah ${step} is told in its own words, and nothing stays`, async (t) => {
    await wrapBuildah(t, `[ "$1" = ${step} ] && echo "Error: the ${step} went wrong" >&2 && exit 125`);
    const target = await localTarget(t);
    const error = await throwsCode(t, 'PROGRAM_FAILED', () => buildahOn('crio/web', { target }));
    t.like(error?.facts, { program: 'buildah', step, exitCode: 125, stderr: `Error: the ${step} went wrong` });
    t.deepEqual(await remains(), NOTHING);
  });

  buildahTest(`an abort during buildah ${step} leaves nothing`, async (t) => {
    const mark = join(await temporaryFolder(t), 'begun');
    await wrapBuildah(t, `if [ "$1" = ${step} ]; then touch '${mark}'; exec sleep 600; fi`);
    const target = await localTarget(t);
    const controller = new AbortController();
    const running = buildahOn('crio/web', { target, signal: controller.signal });
    const watch = setInterval(
      () =>
        readFile(mark).then(
          () => controller.abort(),
          () => {},
        ),
      20,
    );
    t.teardown(() => clearInterval(watch));
    await throwsCode(t, 'CANCELLED', () => running);
    t.deepEqual(await remains(), NOTHING);
    if (step !== 'tag') t.deepEqual(await leftovers(target), { uploads: [], tags: [] });
  });
}

buildahTest('a buildah that is killed is PROGRAM_FAILED with the signal', async (t) => {
  await wrapBuildah(t, '[ "$1" = add ] && kill -9 $$');
  const target = await localTarget(t);
  const error = await throwsCode(t, 'PROGRAM_FAILED', () => buildahOn('crio/web', { target }));
  t.like(error?.facts, { step: 'add', exitCode: null, signal: 'SIGKILL', stderr: '' });
  t.deepEqual(await remains(), NOTHING);
});

buildahTest('annotations that buildah leaves out are noticed', async (t) => {
  await wrapBuildah(t, '[ "$1" = config ] && exit 0');
  const target = await localTarget(t);
  const error = await throwsCode(t, 'PROGRAM_FAILED', () => buildahOn('crio/web', { target }));
  const lost = error?.facts['lost'];
  t.true(Array.isArray(lost) && lost.includes('io.kubernetes.cri-o.annotations.checkpoint.name'));
  t.deepEqual(await remains(), NOTHING);
});

test.serial('without buildah the error says how to get it', async (t) => {
  usePath(t, await temporaryFolder(t));
  const target = await localTarget(t);
  const error = await throwsCode(t, 'PROGRAM_MISSING', () => buildahOn('crio/web', { target }));
  t.regex(error?.message ?? '', /apt-get install buildah/);
});
