import { createHash } from 'node:crypto';
import { recycleChunk } from '../../oci/chunk-pool.ts';
import { type Digest, digestOf, finishDigest } from '../../oci/digest.ts';
import { MANIFEST } from '../../oci/media-types.ts';
import type { BlobSource } from '../../registry/target.ts';
import { throwIfCancelled } from '../cancel.ts';
import { buildConfig } from '../image/config.ts';
import { planLayers } from '../image/layer-plan.ts';
import { fileLayer, type Layer, plannedLayer } from '../image/layer-source.ts';
import { buildManifest } from '../image/manifest.ts';
import { inParallel } from '../parallel.ts';
import type { Engine, EngineJob, EngineResult } from './engine.ts';
import { layerProgress } from './layer-progress.ts';
import { tagTaken } from './tag-taken.ts';

/** Layers on their way at once: with more, hashing on this one thread is the limit anyway. */
const LAYERS_AT_ONCE = 3;

/** Layers are runs of the archive's own bytes, read once and hashed on the way to the target; no other program. */
export const native: Engine = { name: 'native', convert };

interface Blob {
  readonly digest: Digest;
  readonly size: number;
  readonly existed: boolean;
}

interface Image {
  readonly config: Buffer;
  readonly manifest: Buffer;
  readonly digest: Digest;
}

async function convert(job: EngineJob): Promise<EngineResult> {
  throwIfCancelled(job.signal);
  const layers = layersOf(job);
  const existing = await job.target.getManifest(job.tag, { signal: job.signal });
  if (existing === undefined) return store(job, layers, await sendAll(job, layers));
  const local = await inParallel(
    layers,
    LAYERS_AT_ONCE,
    ({ source }, signal) => digestSource(source, signal),
    job.signal,
  );
  const { digest } = imageOf(job, layers, local);
  if (digest === existing.digest) {
    await job.archive.assertUnchanged();
    return { digest, layers: local, existed: true, warnings: [] };
  }
  if (!job.replaceTag) throw tagTaken(`${job.target.name}:${job.tag}`, existing.digest, digest);
  return store(job, layers, await sendAll(job, layers, local));
}

function layersOf(job: EngineJob): Layer[] {
  const { archive, layers, compression } = job;
  const progress = layerProgress(job);
  const asIs =
    layers === 'single' && compression === undefined ? fileLayer(archive, { onBytes: progress(0) }) : undefined;
  if (asIs !== undefined) return [asIs];
  return planLayers(archive.members, archive.size, layers).map((plan, index) =>
    plannedLayer(archive, plan, { compression: compression ?? archive.compression, onBytes: progress(index) }),
  );
}

/** Sends the layers; those whose digests are known are not sent where the target has them. */
function sendAll({ target, signal }: EngineJob, layers: readonly Layer[], known?: readonly Blob[]): Promise<Blob[]> {
  const send = ({ source }: Layer, each: AbortSignal, index: number): Promise<Blob> => {
    const facts = known?.[index];
    const named = facts === undefined ? {} : { digest: facts.digest, size: facts.size };
    return target.putBlob({ ...source, ...named }, { signal: each });
  };
  return inParallel(layers, LAYERS_AT_ONCE, send, signal);
}

/** Config, then manifest and tag, once it is sure that what was read is what the archive still holds. */
async function store(job: EngineJob, layers: readonly Layer[], blobs: readonly Blob[]): Promise<EngineResult> {
  const { archive, target, tag, replaceTag: replace, signal, onProgress } = job;
  const { config, manifest, digest } = imageOf(job, layers, blobs);
  const counted = { bytes: archive.size, total: archive.size };
  onProgress?.({ phase: 'config', ...counted });
  await archive.assertUnchanged();
  await target.putBlob(bufferSource(config), { signal });
  onProgress?.({ phase: 'manifest', ...counted });
  await target.putManifest({ bytes: manifest, mediaType: MANIFEST, tag, replace }, { signal });
  return {
    digest,
    layers: blobs.map(({ digest, size, existed }) => ({ digest, size, existed })),
    existed: false,
    warnings: [],
  };
}

function imageOf({ metadata, annotations }: EngineJob, layers: readonly Layer[], blobs: readonly Blob[]): Image {
  const facts = layers.flatMap(({ diffId, segments, compression }, index) => {
    const blob = blobs[index];
    return blob === undefined ? [] : [{ ...blob, diffId: diffId(blob.digest), segments, compression }];
  });
  const config = buildConfig(
    metadata,
    facts.map(({ diffId }) => diffId),
  );
  const manifest = buildManifest(config, facts, annotations);
  return { config, manifest, digest: digestOf(manifest) };
}

async function digestSource({ digest, size, open }: BlobSource, signal: AbortSignal): Promise<Blob> {
  if (digest !== undefined && size !== undefined) return { digest, size, existed: true };
  const hash = createHash('sha256');
  let read = 0;
  for await (const chunk of open(0, signal)) {
    throwIfCancelled(signal);
    hash.update(chunk);
    read += chunk.length;
    recycleChunk(chunk);
  }
  return { digest: finishDigest(hash), size: read, existed: true };
}

function bufferSource(bytes: Buffer): BlobSource {
  return { size: bytes.length, digest: digestOf(bytes), open: (offset) => oneChunk(bytes.subarray(offset)) };
}

async function* oneChunk(bytes: Buffer): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
