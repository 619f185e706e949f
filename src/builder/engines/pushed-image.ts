import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ThawError } from '../../errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { splitDigest } from '../../oci/digest.ts';
import type { ImageManifest } from '../../oci/manifest.ts';
import type { BlobSource } from '../../registry/target.ts';
import { parseManifest } from '../image/parse-image.ts';

/** An image in a folder, as the transport `dir:` of buildah, skopeo and Podman writes it. */
export interface PushedImage {
  readonly bytes: Buffer;
  readonly manifest: ImageManifest;
  /** A config or layer of the image. */
  blob(descriptor: Descriptor): BlobSource;
}

/**
 * Reads the folder: `manifest.json`, and each blob under the hex digits of its digest. Throws PROGRAM_FAILED unless the
 * manifest carries all of the annotations: without them the image starts cold instead of being restored.
 */
export async function readPushedImage(
  folder: string,
  annotations: Readonly<Record<string, string>>,
): Promise<PushedImage> {
  const bytes = await readFile(join(folder, 'manifest.json'));
  const manifest = parseManifest(bytes);
  const lost = Object.keys(annotations).filter((name) => manifest.annotations[name] !== annotations[name]);
  if (lost.length > 0) throw lostAnnotations(lost);
  const open = ({ digest }: Descriptor, start: number, signal?: AbortSignal): AsyncIterable<Uint8Array> =>
    createReadStream(join(folder, splitDigest(digest).hex), { start, signal, highWaterMark: 1024 ** 2 });
  return {
    bytes,
    manifest,
    blob: (descriptor) => ({
      digest: descriptor.digest,
      size: descriptor.size,
      open: (offset, signal) => open(descriptor, offset, signal),
    }),
  };
}

function lostAnnotations(lost: readonly string[]): ThawError {
  return new ThawError('PROGRAM_FAILED', {
    message: `buildah left out ${lost.length} annotations: ${lost.join(', ')}`,
    next: 'use --engine native',
    facts: { program: 'buildah', step: 'config', lost },
  });
}
