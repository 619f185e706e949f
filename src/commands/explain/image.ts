import type { ImageContext } from '../../checkpoint/failures/context.ts';
import { isThawError, ThawError } from '../../errors.ts';
import { type Fields, fieldsOf } from '../../kube/fields.ts';
import { parseReference } from '../../oci/reference.ts';
import type { Context } from '../action.ts';
import { LOCAL_REGISTRY, type RegistryOptions } from '../options.ts';
import { imageOf, openRepository } from '../where.ts';

/** Options by which the images of a pod are read. */
export interface ImageOptions extends RegistryOptions {
  /** The host, and port, where this machine finds what nodes call checkpoint-registry.local. */
  readonly registry?: string;
}

/** Milliseconds that a registry may take: what it would tell is help, and no reason to wait long. */
const PATIENCE = 10_000;

/** The manifest behind a pod's image, as far as this machine can read it; else why it cannot. */
export async function readImage(
  reference: string,
  options: ImageOptions,
  { io, signal }: Context,
): Promise<ImageContext | string> {
  const limit = AbortSignal.timeout(PATIENCE);
  try {
    const parsed = parseReference(reference);
    const place =
      parsed.registry === LOCAL_REGISTRY ? { ...parsed, registry: options.registry ?? LOCAL_REGISTRY } : parsed;
    const target = await openRepository(place, options, io);
    try {
      const found = await target.getManifest(imageOf(parsed, reference), { signal: AbortSignal.any([signal, limit]) });
      return found === undefined ? `there is no image ${reference} at ${target.name}` : contextOf(reference, found);
    } finally {
      await target.close();
    }
  } catch (error) {
    if (!(error instanceof ThawError) || (isThawError(error, 'CANCELLED') && signal.aborted)) throw error;
    const why = limit.aborted ? `the registry did not answer in ${PATIENCE / 1000} s` : error.found;
    return `the manifest of ${reference} could not be read: ${why}`;
  }
}

function contextOf(reference: string, { mediaType, bytes }: { mediaType: string; bytes: Buffer }): ImageContext {
  const annotations = Object.entries(fieldsOf(parse(bytes)['annotations']));
  const texts = annotations.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { reference, mediaType, annotations: Object.fromEntries(texts) };
}

function parse(bytes: Buffer): Fields {
  try {
    return fieldsOf(JSON.parse(bytes.toString('utf8')));
  } catch {
    return {};
  }
}
