import { notCheckpoint, THAW } from '../../checkpoint/annotations.ts';
import { type ImageFacts, metadataFromAnnotations } from '../../checkpoint/image-facts.ts';
import { ThawError, type Warning } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';
import type { ImageManifest } from '../../oci/manifest.ts';
import { type Compression, compressionOf, MANIFEST } from '../../oci/media-types.ts';
import type { CallOptions, StoredManifest, Target } from '../../registry/target.ts';
import { type ParsedConfig, parseConfig, parseManifest } from './parse-image.ts';
import { parseSegments, type Segment, splitSegments } from './segments.ts';

/** A layer of a checkpoint image. */
export interface ImageLayer {
  readonly digest: Digest;
  /** Bytes of the blob, compressed where it is. */
  readonly size: number;
  readonly compression: Compression;
  /** Digest of the uncompressed layer. */
  readonly diffId: Digest;
  /** What it holds of the archive. Undefined for layers that other programs made of an archive's files (buildah's). */
  readonly segments?: readonly Segment[];
}

/** All that a registry tells of a checkpoint image, without its layers' bytes. */
export interface CheckpointImage {
  readonly digest: Digest;
  readonly manifest: ImageManifest;
  readonly config: ParsedConfig;
  readonly facts: ImageFacts;
  readonly layers: readonly ImageLayer[];
  readonly warnings: readonly Warning[];
}

/** Configs are a few hundred bytes, and a diff ID for each layer; registries refuse manifests beyond 4 MiB as well. */
const LARGEST_CONFIG = 4 * 1024 ** 2;

/**
 * Reads a checkpoint image's manifest and config, by tag or digest. NOT_FOUND where there is none; IMAGE_NOT_CHECKPOINT
 * for an index, an image that thaw did not make, or a broken one; and what the target throws.
 */
export async function readCheckpointImage(
  target: Target,
  tagOrDigest: string,
  options: CallOptions = {},
): Promise<CheckpointImage> {
  const stored = await target.getManifest(tagOrDigest, options);
  if (stored === undefined) throw missing(target, tagOrDigest);
  const manifest = manifestOf(stored);
  const facts = metadataFromAnnotations(manifest.annotations);
  const config = parseConfig(await readConfig(target, manifest, options));
  const { digest } = stored;
  return { digest, manifest, config, facts, layers: layersOf(manifest, config), warnings: facts.warnings };
}

function manifestOf({ mediaType, bytes }: StoredManifest): ImageManifest {
  if (mediaType !== MANIFEST) throw notCheckpoint(`it has the media type ${JSON.stringify(mediaType.slice(0, 100))}`);
  return parseManifest(bytes);
}

async function readConfig(target: Target, { config }: ImageManifest, options: CallOptions): Promise<Buffer> {
  if (config.size > LARGEST_CONFIG) throw notCheckpoint(`its config has ${config.size} bytes`);
  const chunks: Uint8Array[] = [];
  let read = 0;
  for await (const chunk of await target.getBlob(config.digest, { ...options, size: config.size })) {
    read += chunk.length;
    if (read > config.size) throw notCheckpoint(`its config is longer than the ${config.size} bytes that it says`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function layersOf(
  { layers, annotations: { [THAW['layer-segments']]: copy } }: ImageManifest,
  { rootfs }: ParsedConfig,
): ImageLayer[] {
  if (layers.length !== rootfs.diff_ids.length) {
    throw notCheckpoint(`it has ${layers.length} layers and ${rootfs.diff_ids.length} diff IDs`);
  }
  const copies = splitSegments(copy, layers.length);
  return layers.map(({ mediaType, digest, size, annotations }, index) => {
    const compression = compressionOf(mediaType);
    const diffId = rootfs.diff_ids[index];
    if (compression === undefined || diffId === undefined) {
      throw notCheckpoint(`layer ${index + 1} has the media type ${JSON.stringify(mediaType.slice(0, 100))}`);
    }
    const segments = annotations?.[THAW.segments] ?? copies[index];
    return {
      digest,
      size,
      compression,
      diffId,
      ...(segments === undefined ? {} : { segments: parseSegments(segments) }),
    };
  });
}

function missing({ name }: Target, tagOrDigest: string): ThawError {
  const reference = `${name}${tagOrDigest.includes(':') ? '@' : ':'}${tagOrDigest}`;
  return new ThawError('NOT_FOUND', {
    message: `there is no image ${reference}`,
    next: 'check the reference; thaw convert prints it',
    facts: { reference },
  });
}
