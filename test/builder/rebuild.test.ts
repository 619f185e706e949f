import { writeFileSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Writable } from 'node:stream';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { openArchive } from '../../src/builder/archive/open.ts';
import { convert } from '../../src/builder/convert.ts';
import { readCheckpointImage } from '../../src/builder/image/read.ts';
import { rebuild } from '../../src/builder/rebuild.ts';
import { THAW } from '../../src/checkpoint/annotations.ts';
import { type Digest, digestOf } from '../../src/oci/digest.ts';
import type { Compression } from '../../src/oci/media-types.ts';
import { collect } from '../helpers/collect.ts';
import { type FixtureName, fixturePath, temporaryFolder } from '../helpers/fixtures.ts';
import { writeLargeArchive } from '../helpers/large-archive.ts';
import { type LocalTarget, localTarget } from '../helpers/local-target.ts';
import { bytesSource, tamper } from '../helpers/tamper.ts';
import { throwsCode } from '../helpers/throws.ts';

/** The archive up to its end mark, uncompressed. */
async function wholeArchive(path: string): Promise<Buffer> {
  const archive = await openArchive(path);
  try {
    return await collect(archive.bytes(0, archive.size));
  } finally {
    await archive.close();
  }
}

/** A stream that keeps what it gets. */
function sink(): { stream: Writable; bytes: () => Buffer } {
  const chunks: Buffer[] = [];
  const write = (chunk: Buffer, _: string, done: () => void): void => {
    chunks.push(chunk);
    done();
  };
  return { stream: new Writable({ write }), bytes: () => Buffer.concat(chunks) };
}

const comesBack = test.macro<[FixtureName]>({
  exec: async (t, name) => {
    const target = await localTarget(t);
    const output = join(await temporaryFolder(t), 'back.tar');
    const { digest } = await convert({ archive: fixturePath(name), target });
    const result = await rebuild({ target, reference: digest, output });
    const bytes = await readFile(output);
    t.true(bytes.equals(await wholeArchive(fixturePath(name))));
    t.is((await stat(output)).mode & 0o777, 0o600);
    t.like(result, { digest, bytes: bytes.length, warnings: [] });
    t.deepEqual(await readdir(join(output, '..')), ['back.tar']);
  },
  title: (_, name) => `${name} comes back byte for byte, up to its end mark`,
});
test(comesBack, 'crio/counter');
test(comesBack, 'crio-1.37/web');
test(comesBack, 'containerd/web');
test(comesBack, 'podman/counter');
test(comesBack, 'podman/counter.gz');
test(comesBack, 'podman/counter.zst');

const comesBackSplit = test.macro<[Compression]>({
  exec: async (t, compression) => {
    const folder = await temporaryFolder(t);
    const archive = join(folder, 'large.tar');
    await writeLargeArchive(archive, [9, 8, 12]);
    const target = await localTarget(t);
    const { layers, tag } = await convert({ archive, target, compression, layers: 'split' });
    t.is(layers.length, 4);
    const progress: number[] = [];
    const output = join(folder, 'back.tar');
    await rebuild({ target, reference: tag, output, onProgress: ({ bytes }) => progress.push(bytes) });
    const original = await readFile(archive);
    t.true(original.equals(await readFile(output)));
    t.is(progress.at(-1), original.length);
    const { stream, bytes } = sink();
    await rebuild({ target, reference: tag, output: stream });
    t.true(original.equals(bytes()));
    t.false(stream.writableEnded);
  },
  title: (_, compression) => `four ${compression} layers give the archive back, to a file and to a stream`,
});
test(comesBackSplit, 'none');
test(comesBackSplit, 'gzip');
test(comesBackSplit, 'zstd');

test('a file that is there is not overwritten, unless told so', async (t) => {
  const target = await localTarget(t);
  const { tag } = await convert({ archive: fixturePath('crio/web'), target });
  const output = join(await temporaryFolder(t), 'back.tar');
  await writeFile(output, 'mine');
  await throwsCode(t, 'FILE_EXISTS', () => rebuild({ target, reference: tag, output }));
  t.is(await readFile(output, 'utf8'), 'mine');
  await rebuild({ target, reference: tag, output, force: true });
  t.true((await readFile(output)).equals(await wholeArchive(fixturePath('crio/web'))));
});

test('a file that comes while the archive is rebuilt is not overwritten', async (t) => {
  const target = await localTarget(t);
  const { tag } = await convert({ archive: fixturePath('crio/web'), target });
  const output = join(await temporaryFolder(t), 'back.tar');
  const onProgress = (): void => writeFileSync(output, 'mine');
  await throwsCode(t, 'FILE_EXISTS', () => rebuild({ target, reference: tag, output, onProgress }));
  t.is(await readFile(output, 'utf8'), 'mine');
  t.deepEqual(await readdir(join(output, '..')), ['back.tar']);
});

test('a folder that is not there, or cannot be written, is STORAGE_FAILED', async (t) => {
  const target = await localTarget(t);
  const { tag } = await convert({ archive: fixturePath('crio/web'), target });
  const folder = await temporaryFolder(t);
  const error = await throwsCode(t, 'STORAGE_FAILED', () =>
    rebuild({ target, reference: tag, output: join(folder, 'no', 'back.tar') }),
  );
  t.is(error?.facts['errno'], 'ENOENT');
  await mkdir(join(folder, 'taken'));
  await throwsCode(t, 'STORAGE_FAILED', () =>
    rebuild({ target, reference: tag, output: join(folder, 'taken'), force: true }),
  );
  t.deepEqual(await readdir(folder), ['taken']);
});

test('a stream that breaks is STORAGE_FAILED', async (t) => {
  const target = await localTarget(t);
  const { tag } = await convert({ archive: fixturePath('crio/web'), target });
  const broken = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('gone'), { code: 'EPIPE' })),
  });
  await throwsCode(t, 'STORAGE_FAILED', () => rebuild({ target, reference: tag, output: broken }));
});

test('an image whose layers lost their annotations on the way still gives its archive back', async (t) => {
  const { target, digest } = await tampered(t, (manifest) => {
    delete manifest.layers[0].annotations;
  });
  const output = join(await temporaryFolder(t), 'back.tar');
  await rebuild({ target, reference: digest, output });
  t.true((await readFile(output)).equals(await wholeArchive(fixturePath('crio/web'))));
});

test('an archive larger than the disk is refused before it is fetched', async (t) => {
  const { target, digest } = await tampered(t, (manifest) => {
    manifest.annotations[THAW['archive.size']] = String(2 ** 52);
    manifest.layers[0].annotations[THAW.segments] = `0+${2 ** 52}`;
  });
  const refusing = { ...target, getBlob: onlyConfig(target, digest) };
  const output = join(await temporaryFolder(t), 'back.tar');
  const error = await throwsCode(t, 'STORAGE_FULL', () => rebuild({ target: refusing, reference: digest, output }));
  t.is(error?.facts['wanted'], 2 ** 52);
});

test('there is no image by that tag or digest', async (t) => {
  const target = await localTarget(t);
  const output = join(await temporaryFolder(t), 'back.tar');
  await throwsCode(t, 'NOT_FOUND', () => rebuild({ target, reference: 'no', output }));
  const error = await throwsCode(t, 'NOT_FOUND', () => rebuild({ target, reference: digestOf('no'), output }));
  t.is(error?.facts['reference'], `checkpoint-registry.local/checkpoints@${digestOf('no')}`);
});

test('what is cancelled leaves no file', async (t) => {
  const folder = await temporaryFolder(t);
  const archive = join(folder, 'large.tar');
  await writeLargeArchive(archive, [9, 8]);
  const target = await localTarget(t);
  const { tag } = await convert({ archive, target, layers: 'split' });
  for (const output of [join(folder, 'back.tar'), sink().stream]) {
    const controller = new AbortController();
    const onProgress = ({ bytes, total }: { bytes: number; total: number }): void => {
      if (bytes > total / 2) controller.abort();
    };
    const { signal } = controller;
    await throwsCode(t, 'CANCELLED', () => rebuild({ target, reference: tag, output, signal, onProgress }));
  }
  await throwsCode(t, 'CANCELLED', () =>
    rebuild({ target, reference: tag, output: join(folder, 'back.tar'), signal: AbortSignal.abort() }),
  );
  t.deepEqual(await readdir(folder), ['large.tar']);
});

/** A changed copy of the image of crio/web. */
async function tampered(
  t: ExecutionContext,
  change: Parameters<typeof tamper>[2],
  compression: Compression = 'none',
): Promise<{ target: LocalTarget; digest: Digest }> {
  const target = await localTarget(t);
  const { digest } = await convert({ archive: fixturePath('crio/web'), target, compression });
  return { target, digest: await tamper(target, digest, change) };
}

function onlyConfig(target: LocalTarget, image: Digest): LocalTarget['getBlob'] {
  return async (digest, options) => {
    const { config } = JSON.parse(String((await target.getManifest(image))?.bytes));
    if (digest !== config.digest) throw new Error('a layer was fetched');
    return target.getBlob(digest, options);
  };
}

const refused = test.macro<[RegExp, Parameters<typeof tamper>[2]]>({
  exec: async (t, why, change) => {
    const { target, digest } = await tampered(t, change);
    const folder = await temporaryFolder(t);
    const error = await throwsCode(t, 'IMAGE_NOT_CHECKPOINT', () =>
      rebuild({ target, reference: digest, output: join(folder, 'back.tar') }),
    );
    t.regex(error?.message ?? '', why);
    t.deepEqual(await readdir(folder), []);
  },
  title: (title) => `refused: ${title}`,
});
test('no annotation of thaw', refused, /format/, (manifest) => {
  manifest.annotations = {};
});
test('no annotations at all', refused, /annotations/, (manifest) => {
  delete manifest.annotations;
});
test('no layer', refused, /layers/, (manifest) => {
  manifest.layers = [];
});
test('a layer that is no OCI layer', refused, /layer 1 has the media type "text\/plain"/, (manifest) => {
  manifest.layers[0].mediaType = 'text/plain';
});
test('a config of another kind', refused, /config/, (manifest) => {
  manifest.config.mediaType = 'application/vnd.oci.empty.v1+json';
});
test('a config without diff IDs', refused, /rootfs/, (_, config) => {
  delete config.rootfs.diff_ids;
});
test('more diff IDs than layers', refused, /1 layers and 2 diff IDs/, (_, config) => {
  config.rootfs.diff_ids.push(digestOf(''));
});
test('a diff ID that is no digest', refused, /diff_ids/, (_, config) => {
  config.rootfs.diff_ids = ['../../etc/passwd'];
});
test('a config that is longer than it says', refused, /longer than the 2 bytes/, (manifest) => {
  manifest.config.override = { size: 2 };
});
test('a config of a gibibyte', refused, /its config has 1073741824 bytes/, (manifest) => {
  manifest.config.override = { size: 2 ** 30 };
});
test('layers without segments', refused, /engine buildah/, (manifest) => {
  delete manifest.layers[0].annotations;
  delete manifest.annotations[THAW['layer-segments']];
});
test('a copy of the segments for another number of layers', refused, /of 2 layers, and has 1/, (manifest) => {
  manifest.annotations[THAW['layer-segments']] = '0+1;1+1';
});
test('segments that are none', refused, /"nonsense" is none/, (manifest) => {
  manifest.layers[0].annotations[THAW.segments] = 'nonsense';
});
test('segments with a hole', refused, /byte 512 is missing/, (manifest) => {
  manifest.layers[0].annotations[THAW.segments] = '0+512,1024+300000';
});
test('segments that overlap', refused, /byte 511 comes|comes behind/, (manifest) => {
  manifest.layers[0].annotations[THAW.segments] = '0+512,511+300000';
});
test('two layers with the same bytes', refused, /byte 0 is there twice/, (manifest, config) => {
  manifest.layers.push(manifest.layers[0]);
  delete manifest.annotations[THAW['layer-segments']];
  config.rootfs.diff_ids.push(config.rootfs.diff_ids[0]);
});
test('segments of a longer archive', refused, /1000000 bytes of an archive of/, (manifest) => {
  manifest.layers[0].annotations[THAW.segments] = '0+1000000';
});
test('a layer that is shorter than its segments', refused, /bytes and says 1000000/, (manifest) => {
  manifest.layers[0].annotations[THAW.segments] = '0+1000000';
  manifest.annotations[THAW['archive.size']] = '1000000';
});
test('a layer that is longer than its segments', refused, /more than the 512 bytes/, (manifest) => {
  manifest.layers[0].annotations[THAW.segments] = '0+512';
  manifest.annotations[THAW['archive.size']] = '512';
});
test('a layer that is not compressed as it says', refused, /no gzip stream/, (manifest) => {
  manifest.layers[0].mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';
});
test('a layer that is no zstd', refused, /no zstd stream/, (manifest) => {
  manifest.layers[0].mediaType = 'application/vnd.oci.image.layer.v1.tar+zstd';
});

test('an index is no checkpoint image', async (t) => {
  const target = await localTarget(t);
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests: [] }));
  const digest = await target.putManifest({ bytes, mediaType });
  const error = await throwsCode(t, 'IMAGE_NOT_CHECKPOINT', () => readCheckpointImage(target, digest));
  t.regex(error?.message ?? '', /image\.index/);
});

test('a diff ID of other bytes is DIGEST_MISMATCH, compressed or not', async (t) => {
  for (const compression of ['none', 'gzip', 'zstd'] as const) {
    const change = (_: unknown, config: { rootfs: { diff_ids: string[] } }): void => {
      config.rootfs.diff_ids[0] = digestOf('other');
    };
    const { target, digest } = await tampered(t, change, compression);
    const folder = await temporaryFolder(t);
    await throwsCode(t, 'DIGEST_MISMATCH', () =>
      rebuild({ target, reference: digest, output: join(folder, 'back.tar') }),
    );
    await throwsCode(t, 'DIGEST_MISMATCH', () => rebuild({ target, reference: digest, output: sink().stream }));
    t.deepEqual(await readdir(folder), []);
  }
});

test('a layer whose bytes are not those of its digest leaves no file', async (t) => {
  const target = await localTarget(t);
  const { tag, layers } = await convert({ archive: fixturePath('crio/web'), target });
  const hex = layers[0]?.digest.slice('sha256:'.length) ?? '';
  const blob = join(target.root, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
  const bytes = await readFile(blob);
  bytes.writeUInt8(bytes.readUInt8(5000) ^ 1, 5000);
  await chmod(blob, 0o600);
  await writeFile(blob, bytes);
  const folder = await temporaryFolder(t);
  await throwsCode(t, 'DIGEST_MISMATCH', () => rebuild({ target, reference: tag, output: join(folder, 'back.tar') }));
  t.deepEqual(await readdir(folder), []);
});

test('a decompression bomb is cut off where its segments end', async (t) => {
  const bomb = Buffer.alloc(64 * 2 ** 20);
  for (const [kind, compressed] of [
    ['gzip', gzipSync(bomb)],
    ['zstd', zstdCompressSync(bomb)],
  ] as const) {
    const target = await localTarget(t);
    const original = await convert({ archive: fixturePath('crio/web'), target, compression: kind });
    const blob = await target.putBlob(bytesSource(compressed));
    const digest = await tamper(target, original.digest, (manifest) => Object.assign(manifest.layers[0], blob));
    const progress: number[] = [];
    const output = join(await temporaryFolder(t), 'back.tar');
    const onProgress = ({ bytes }: { bytes: number }): number => progress.push(bytes);
    await throwsCode(t, 'IMAGE_NOT_CHECKPOINT', () => rebuild({ target, reference: digest, output, onProgress }));
    t.true((progress.at(-1) ?? 0) <= original.bytes);
  }
});

test('the facts of an image are those of its archive', async (t) => {
  const target = await localTarget(t);
  const archive = fixturePath('podman/counter.gz');
  const { tag, metadata, digest } = await convert({ archive, target });
  const image = await readCheckpointImage(target, tag);
  t.deepEqual(image.facts.metadata, metadata);
  t.like(image.facts, { archiveName: basename(archive), layers: 'single' });
  t.is(image.facts.archiveSize, gunzipSync(await readFile(archive)).length);
  t.like(image, { digest, warnings: [], config: { architecture: metadata.architecture } });
  t.like(image.layers[0], { compression: 'gzip', size: (await stat(archive)).size });
});

test('an image of a newer format is read, with a warning', async (t) => {
  const { target, digest } = await tampered(t, (manifest) => {
    manifest.annotations[THAW.format] = '1.7';
  });
  const output = join(await temporaryFolder(t), 'back.tar');
  const { warnings } = await rebuild({ target, reference: digest, output });
  t.deepEqual(
    warnings.map(({ code }) => code),
    ['FORMAT_NEWER'],
  );
});
