import { copyFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Archive } from '../../../src/builder/archive/archive.ts';
import { openArchive } from '../../../src/builder/archive/open.ts';
import { checkArchive } from '../../../src/builder/check.ts';
import type { EngineJob, Progress } from '../../../src/builder/engines/engine.ts';
import { native } from '../../../src/builder/engines/native.ts';
import { annotationsFor } from '../../../src/checkpoint/image-annotations.ts';
import { ThawError } from '../../../src/errors.ts';
import { digestOf } from '../../../src/oci/digest.ts';
import { collect } from '../../helpers/collect.ts';
import { type FixtureName, fixturePath, temporaryFolder } from '../../helpers/fixtures.ts';
import { writeLargeArchive } from '../../helpers/large-archive.ts';
import { leftovers, localTarget } from '../../helpers/local-target.ts';
import { throwsCode } from '../../helpers/throws.ts';

/** A job on a real archive; the archive is closed when the test ends. */
async function jobOn(t: ExecutionContext, path: string, changes: Partial<EngineJob> = {}): Promise<EngineJob> {
  const archive = await openArchive(path);
  t.teardown(() => archive.close());
  const { metadata } = await checkArchive(archive, new Set());
  const { layers = 'single' } = changes;
  const annotations = annotationsFor(metadata, { archiveName: 'web.tar', archiveSize: archive.size, layers });
  const target = changes.target ?? (await localTarget(t));
  return { archive, metadata, annotations, tag: 'web', target, layers, replaceTag: false, ...changes };
}

const jobOnFixture = (t: ExecutionContext, name: FixtureName, changes: Partial<EngineJob> = {}) =>
  jobOn(t, fixturePath(name), changes);

test('the archive up to its end mark is the layer, and nothing behind it', async (t) => {
  const job = await jobOnFixture(t, 'crio/counter');
  const result = await native.convert(job);
  t.is(result.layers.length, 1);
  const [layer] = result.layers;
  t.is(layer?.size, 263_680);
  t.true((layer?.size ?? 0) < job.archive.fileSize);
  const bytes = await collect(job.archive.bytes(0, job.archive.size));
  t.is(layer?.digest, digestOf(bytes));
  t.like(result, { existed: false, warnings: [] });
});

test('the tag names the manifest, and the manifest the config and the layers', async (t) => {
  const target = await localTarget(t);
  const job = await jobOnFixture(t, 'crio/web', { target });
  const { digest, layers } = await native.convert(job);
  const stored = await target.getManifest('web');
  t.is(stored?.digest, digest);
  const manifest = JSON.parse(String(stored?.bytes));
  t.like(manifest, { schemaVersion: 2, mediaType: stored?.mediaType, annotations: job.annotations });
  t.deepEqual(manifest.layers, [
    {
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      digest: layers[0]?.digest,
      size: job.archive.size,
      annotations: { 'dev.thaw.checkpoint.segments': `0+${job.archive.size}` },
    },
  ]);
  const config = JSON.parse(String(await collect(await target.getBlob(manifest.config.digest))));
  t.deepEqual(config, {
    created: job.metadata.checkpointedAt,
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [layers[0]?.digest] },
  });
});

test('a second conversion of the same archive sends nothing', async (t) => {
  const target = await localTarget(t);
  for (const compression of ['none', 'gzip', 'zstd'] as const) {
    const tag = `web-${compression}`;
    const first = await native.convert(await jobOnFixture(t, 'crio/web', { target, compression, tag }));
    const before = target.sent.length;
    const second = await native.convert(await jobOnFixture(t, 'crio/web', { target, compression, tag }));
    t.is(target.sent.length, before);
    t.is(second.digest, first.digest);
    t.true(second.existed && second.layers.every(({ existed }) => existed));
  }
});

test('a tag that names another image is not moved, and nothing is sent', async (t) => {
  const target = await localTarget(t);
  const first = await native.convert(await jobOnFixture(t, 'crio/web', { target }));
  const before = target.sent.length;
  const job = await jobOnFixture(t, 'crio/web-sidecar', { target });
  const error = await throwsCode(t, 'TAG_TAKEN', () => native.convert(job));
  t.is(target.sent.length, before);
  t.is((await target.getManifest('web'))?.digest, first.digest);
  t.is(error?.facts['existing'], first.digest);
  t.regex(String(error?.facts['wanted']), /^sha256:[0-9a-f]{64}$/);
  t.not(error?.facts['wanted'], first.digest);
});

test('with replaceTag the tag moves, and only what is missing is sent', async (t) => {
  const target = await localTarget(t);
  const first = await native.convert(await jobOnFixture(t, 'crio/web', { target }));
  const job = await jobOnFixture(t, 'crio/web', { target, replaceTag: true });
  const second = await native.convert({ ...job, annotations: { ...job.annotations, extra: 'x' } });
  t.not(second.digest, first.digest);
  t.is((await target.getManifest('web'))?.digest, second.digest);
  t.deepEqual(second.layers, [{ ...first.layers[0], existed: true }] as typeof second.layers);
  t.deepEqual(target.sent.slice(3), [second.digest]);
});

test('a compressed archive is pushed as it is', async (t) => {
  for (const name of ['podman/counter.gz', 'podman/counter.zst'] as const) {
    const target = await localTarget(t);
    const job = await jobOnFixture(t, name, { target });
    const { layers, digest } = await native.convert(job);
    t.is(layers[0]?.digest, job.archive.asIs?.digest);
    const { config } = JSON.parse(String((await target.getManifest(digest))?.bytes));
    const { rootfs } = JSON.parse(String(await collect(await target.getBlob(config.digest))));
    t.deepEqual(rootfs.diff_ids, [job.archive.asIs?.diffId]);
  }
});

test('a compressed archive is decompressed where another compression is asked for', async (t) => {
  for (const name of ['podman/counter.gz', 'podman/counter.zst'] as const) {
    const job = await jobOnFixture(t, name, { compression: 'none' });
    const { layers } = await native.convert(job);
    t.is(layers[0]?.digest, job.archive.asIs?.diffId);
    t.is(layers[0]?.size, job.archive.size);
  }
});

test('progress goes through the phases and ends with every byte of the archive', async (t) => {
  const events: Progress[] = [];
  const folder = await temporaryFolder(t);
  await writeLargeArchive(join(folder, 'a.tar'), [9, 10]);
  for (const compression of ['none', 'zstd'] as const) {
    events.length = 0;
    const onProgress = (event: Progress): void => void events.push(event);
    const job = await jobOn(t, join(folder, 'a.tar'), { layers: 'split', compression, onProgress });
    await native.convert(job);
    t.deepEqual([...new Set(events.map(({ phase }) => phase))], ['layers', 'config', 'manifest']);
    t.true(events.every(({ total }) => total === job.archive.size));
    const layers = events.filter(({ phase }) => phase === 'layers');
    t.true(layers.every(({ bytes }, index) => bytes >= (layers[index - 1]?.bytes ?? 0)));
    t.is(layers.at(-1)?.bytes, job.archive.size);
  }
});

test('an archive that changes while it is read gets no tag', async (t) => {
  const path = join(await temporaryFolder(t), 'web.tar');
  await copyFile(fixturePath('crio/web'), path);
  const target = await localTarget(t);
  const job = await jobOn(t, path, { target });
  await truncate(path, job.archive.fileSize + 1);
  await throwsCode(t, 'ARCHIVE_CHANGED', () => native.convert(job));
  t.deepEqual(await leftovers(target), { uploads: [], tags: [] });
});

test('a layer that fails takes the others with it, and its error is the one thrown', async (t) => {
  const path = join(await temporaryFolder(t), 'a.tar');
  await writeLargeArchive(path, [9, 9, 9, 9]);
  const target = await localTarget(t);
  const job = await jobOn(t, path, { target, layers: 'split' });
  let reads = 0;
  const bytes: Archive['bytes'] = async function* (start, end, signal) {
    for await (const chunk of job.archive.bytes(start, end, signal)) {
      yield chunk;
      reads += 1;
      if (reads === 5) throw new ThawError('ARCHIVE_UNREADABLE', { message: 'the disk is gone', next: 'wait' });
    }
  };
  const broken = { ...job, archive: { ...job.archive, bytes } };
  await throwsCode(t, 'ARCHIVE_UNREADABLE', () => native.convert(broken));
  t.deepEqual(await leftovers(target), { uploads: [], tags: [] });
});

test('a conversion that is cancelled half-way leaves no tag and no upload', async (t) => {
  const path = join(await temporaryFolder(t), 'a.tar');
  await writeLargeArchive(path, [9, 9, 9]);
  for (const compression of ['none', 'gzip', 'zstd'] as const) {
    const target = await localTarget(t);
    const controller = new AbortController();
    const job = await jobOn(t, path, {
      target,
      layers: 'split',
      compression,
      signal: controller.signal,
      onProgress: ({ bytes, total }) => bytes > total / 2 && controller.abort(),
    });
    await throwsCode(t, 'CANCELLED', () => native.convert(job));
    t.deepEqual(await leftovers(target), { uploads: [], tags: [] });
  }
});

test('a conversion that was cancelled before it begins reads nothing', async (t) => {
  const job = await jobOnFixture(t, 'crio/web', { signal: AbortSignal.abort() });
  const archive = { ...job.archive, bytes: () => t.fail() as never };
  await throwsCode(t, 'CANCELLED', () => native.convert({ ...job, archive }));
});
