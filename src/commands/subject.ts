import { stat } from 'node:fs/promises';
import { ThawError } from '../errors.ts';
import { parseReference, type Reference } from '../oci/reference.ts';

/** What an argument names: an archive on disk, or an image. */
export type Subject =
  | { readonly kind: 'archive'; readonly path: string }
  | { readonly kind: 'image'; readonly reference: Reference; readonly written: string };

/**
 * Tells an archive from an image reference: what is there as a file, or looks like a path or an archive's name, is an
 * archive; what parses as a reference is an image. Throws USAGE with both readings.
 */
export async function readSubject(argument: string): Promise<Subject> {
  if (looksLikePath(argument) || (await isThere(argument))) return { kind: 'archive', path: argument };
  try {
    return { kind: 'image', reference: parseReference(argument), written: argument };
  } catch (cause) {
    throw new ThawError('USAGE', {
      message: `"${argument}" is neither a file that is there nor an image reference`,
      next: 'give the path of an archive, or <host>/<repository>:<tag>',
      facts: { argument },
      cause,
    });
  }
}

function looksLikePath(argument: string): boolean {
  return /^\.{0,2}\//.test(argument) || /\.(?:tar|tar\.gz|tgz|tar\.zst)$/.test(argument);
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
