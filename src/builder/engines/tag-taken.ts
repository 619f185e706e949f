import { ThawError } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';

/** The error for a tag that names another image: what it names, and what it should have named. */
export function tagTaken(reference: string, names: Digest, wanted: Digest): ThawError {
  return new ThawError('TAG_TAKEN', {
    message: `${reference} already names ${names}, and this archive makes ${wanted}`,
    next: 'choose another tag, or move this one with --replace-tag',
    facts: { reference, existing: names, wanted },
  });
}
