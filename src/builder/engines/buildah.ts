import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isThawError } from '../../errors.ts';
import { digestOf } from '../../oci/digest.ts';
import { type Compression, MANIFEST } from '../../oci/media-types.ts';
import type { StoredManifest } from '../../registry/target.ts';
import { throwIfCancelled } from '../cancel.ts';
import { parseManifest } from '../image/parse-image.ts';
import { buildImage } from './buildah-image.ts';
import { runBuildah } from './buildah-run.ts';
import type { Engine, EngineJob, EngineResult } from './engine.ts';
import { type PushedImage, readPushedImage } from './pushed-image.ts';
import { tagTaken } from './tag-taken.ts';

/**
 * The image is made in buildah's own storage, under the same name, and the same bytes go to the target. It has one layer
 * of the archive's files, written anew by buildah: it restores, but does not give the archive's bytes back, and its
 * config says when it was made, so that a second conversion makes another digest of the same layer.
 */
export const buildah: Engine = { name: 'buildah', convert };

async function convert(job: EngineJob): Promise<EngineResult> {
  throwIfCancelled(job.signal);
  job.onProgress?.({ phase: 'layers', bytes: 0, total: job.archive.size });
  const folder = await mkdtemp(join(tmpdir(), 'thaw-buildah-'));
  try {
    const id = await buildImage(job, folder);
    return await keepOnSuccess(id, () => publish(job, id, join(folder, 'image')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An image that did not get its name would lie in buildah's storage for ever. */
async function keepOnSuccess(id: string, action: () => Promise<EngineResult>): Promise<EngineResult> {
  try {
    return await action();
  } catch (error) {
    await removeImage(id).catch(() => {});
    throw error;
  }
}

async function publish(job: EngineJob, id: string, folder: string): Promise<EngineResult> {
  const { archive, annotations, target, tag, replaceTag, signal } = job;
  const compression = compressionFlags(job.compression ?? archive.compression);
  await runBuildah(['push', '--quiet', ...compression, id, `dir:${folder}`], signal);
  const image = await readPushedImage(folder, annotations);
  await archive.assertUnchanged();
  const reference = `${target.name}:${tag}`;
  const existing = await target.getManifest(tag, { signal });
  if (existing !== undefined && isSame(existing, image)) return keepExisting(id, reference, existing, image);
  const digest = digestOf(image.bytes);
  if (existing !== undefined && !replaceTag) throw tagTaken(reference, existing.digest, digest);
  const result = await upload(job, image);
  await runBuildah(['tag', id, reference], signal);
  return result;
}

function compressionFlags(compression: Compression): string[] {
  return compression === 'none' ? ['--disable-compression'] : ['--compression-format', compression];
}

/** Whether the tag names an image of the same layers and annotations; configs differ by their time. */
function isSame({ mediaType, bytes }: StoredManifest, { manifest }: PushedImage): boolean {
  if (mediaType !== MANIFEST) return false;
  try {
    const { layers, annotations } = parseManifest(bytes);
    return isDeepStrictEqual({ layers, annotations }, { layers: manifest.layers, annotations: manifest.annotations });
  } catch (error) {
    if (isThawError(error, 'IMAGE_NOT_CHECKPOINT')) return false;
    throw error;
  }
}

/** The target keeps what it has; so does buildah, unless it has no image of that name. */
async function keepExisting(
  id: string,
  reference: string,
  { digest }: StoredManifest,
  { manifest }: PushedImage,
): Promise<EngineResult> {
  const named = await runBuildah(['images', '--quiet', reference]).catch(() => '');
  if (named.trim() === '') await runBuildah(['tag', id, reference]);
  else await removeImage(id);
  const layers = manifest.layers.map(({ digest: layer, size }) => ({ digest: layer, size, existed: true }));
  return { digest, layers, existed: true, warnings: [] };
}

async function upload(job: EngineJob, { bytes, manifest, blob }: PushedImage): Promise<EngineResult> {
  const { archive, target, tag, replaceTag: replace, signal, onProgress } = job;
  const total = archive.size;
  const layers: EngineResult['layers'][number][] = [];
  for (const layer of manifest.layers) {
    const onBytes = (sent: number): void =>
      onProgress?.({ phase: 'layers', bytes: Math.round((sent / layer.size) * total), total });
    layers.push(await target.putBlob(blob(layer), { signal, onBytes }));
  }
  onProgress?.({ phase: 'config', bytes: total, total });
  await target.putBlob(blob(manifest.config), { signal });
  onProgress?.({ phase: 'manifest', bytes: total, total });
  const digest = await target.putManifest({ bytes, mediaType: MANIFEST, tag, replace }, { signal });
  return { digest, layers, existed: false, warnings: [] };
}

async function removeImage(id: string): Promise<void> {
  await runBuildah(['rmi', id]);
}
