import type { FileHandle } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isThawError, type Warning } from '../errors.ts';
import type { Digest } from '../oci/digest.ts';
import type { Target } from '../registry/target.ts';
import { cancelled, throwIfCancelled } from './cancel.ts';
import { archiveBytes, archiveLayers } from './image/archive-bytes.ts';
import { countBytes } from './image/bytes.ts';
import { type ArchiveLayer, layerPieces } from './image/layer-bytes.ts';
import { type CheckpointImage, readCheckpointImage } from './image/read.ts';
import { storageError, writeAt, writeOutputFile } from './output-file.ts';
import { inParallel } from './parallel.ts';

export interface RebuildOptions {
  readonly target: Target;
  /** Tag or digest in the target's repository. */
  readonly reference: string;
  /** A file to be made, or a stream, which is left open. */
  readonly output: string | Writable;
  /** Replaces a file that is there. */
  readonly force?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the archive written so far, and in all. */
  readonly onProgress?: ((event: { readonly bytes: number; readonly total: number }) => void) | undefined;
}

export interface RebuildResult {
  readonly digest: Digest;
  /** Bytes of the archive. */
  readonly bytes: number;
  readonly seconds: number;
  readonly image: CheckpointImage;
  readonly warnings: readonly Warning[];
}

/** As many as a conversion sends. */
const LAYERS_AT_ONCE = 3;

/**
 * Gives an image back as the archive that it was made of, byte for byte, up to its end mark; every digest and diff ID is
 * verified. A file has mode 0600 and is there whole or not at all; a stream may have got bytes before an error.
 * NOT_FOUND, IMAGE_NOT_CHECKPOINT, DIGEST_MISMATCH, FILE_EXISTS, STORAGE_FULL, STORAGE_FAILED, CANCELLED, and what the
 * target throws.
 */
export async function rebuild(options: RebuildOptions): Promise<RebuildResult> {
  const { target, reference, output, signal } = options;
  const began = performance.now();
  throwIfCancelled(signal);
  const image = await readCheckpointImage(target, reference, { signal });
  const layers = archiveLayers(image);
  if (typeof output === 'string') await toFile(output, image, layers, options);
  else await toStream(output, image, layers, options);
  const { digest, facts, warnings } = image;
  return { digest, bytes: facts.archiveSize, seconds: (performance.now() - began) / 1000, image, warnings };
}

async function toFile(
  path: string,
  { facts }: CheckpointImage,
  layers: readonly ArchiveLayer[],
  options: RebuildOptions,
): Promise<void> {
  const size = facts.archiveSize;
  await writeOutputFile({ path, size, force: options.force === true }, (handle) => fill(handle, size, layers, options));
}

async function fill(
  handle: FileHandle,
  total: number,
  layers: readonly ArchiveLayer[],
  { target, signal, onProgress }: RebuildOptions,
): Promise<void> {
  let written = 0;
  const write = async (layer: ArchiveLayer, each: AbortSignal): Promise<void> => {
    for await (const { offset, bytes } of layerPieces(target, layer, each)) {
      each.throwIfAborted();
      await writeAt(handle, offset, bytes);
      written += bytes.length;
      onProgress?.({ bytes: written, total });
    }
  };
  await inParallel(layers, LAYERS_AT_ONCE, write, signal);
}

async function toStream(
  output: Writable,
  { facts }: CheckpointImage,
  layers: readonly ArchiveLayer[],
  { target, signal, onProgress }: RebuildOptions,
): Promise<void> {
  const total = facts.archiveSize;
  const bytes = countBytes(archiveBytes(target, layers, signal), (written) => onProgress?.({ bytes: written, total }));
  try {
    await pipeline(bytes, output, { end: false, ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    if (signal?.aborted === true && !isThawError(error)) throw cancelled(error);
    throw storageError(error, 'the output');
  }
}
