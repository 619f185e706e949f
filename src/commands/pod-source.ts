import { basename } from 'node:path';
import { type CheckpointImage, readCheckpointImage } from '../builder/image/read.ts';
import { tagFor } from '../builder/tag.ts';
import { isThawError, ThawError } from '../errors.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import type { Context } from './action.ts';
import type { RegistryOptions } from './options.ts';
import type { Subject } from './subject.ts';
import { imageOf, openRepository, parseDestination } from './where.ts';

/** A checkpoint image and the reference it was found under. */
export interface FoundImage {
  readonly reference: Reference;
  readonly image: CheckpointImage;
}

/**
 * The image that an argument of `thaw pod` means: a reference's own, or the one that an archive was converted into.
 * Throws NOT_FOUND with the conversion to run, and what the registry and readCheckpointImage throw.
 */
export async function readImageOf(
  subject: Subject,
  options: RegistryOptions & { readonly to: string },
  context: Context,
): Promise<FoundImage> {
  if (subject.kind === 'image') {
    const { reference, written } = subject;
    return { reference, image: await readImage(reference, imageOf(reference, written), options, context) };
  }
  const destination = parseDestination(options.to);
  const reference = { ...destination, tag: destination.tag ?? tagFor(basename(subject.path)) };
  try {
    return { reference, image: await readImage(reference, reference.tag, options, context) };
  } catch (error) {
    throw isThawError(error, 'NOT_FOUND') ? notConverted(subject.path, reference, error) : error;
  }
}

async function readImage(
  reference: Reference,
  tagOrDigest: string,
  options: RegistryOptions,
  { io, signal }: Context,
): Promise<CheckpointImage> {
  const target = await openRepository(reference, options, io);
  try {
    return await readCheckpointImage(target, tagOrDigest, { signal });
  } finally {
    await target.close();
  }
}

function notConverted(path: string, reference: Reference, cause: ThawError): ThawError {
  const { registry, repository } = reference;
  return new ThawError('NOT_FOUND', {
    message: `${path} has no image yet: there is no ${formatReference(reference)}`,
    next: `convert it first: thaw convert ${path} --to ${registry}/${repository}`,
    facts: { archive: path, reference: formatReference(reference) },
    cause,
  });
}
