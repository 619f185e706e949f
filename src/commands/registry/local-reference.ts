import { ThawError } from '../../errors.ts';
import { formatReference, parseReference, type Reference } from '../../oci/reference.ts';
import { LOCAL_REGISTRY } from '../options.ts';

/**
 * Reads `<repository>[:<tag>][@<digest>]` in the data folder, with or without checkpoint-registry.local in front. Throws
 * REFERENCE_INVALID, and USAGE for a reference to another registry.
 */
export function parseLocal(text: string): Reference {
  const [first = ''] = text.split('/', 1);
  const hasHost = text.includes('/') && /[.:]|^localhost$/.test(first);
  const reference = parseReference(hasHost ? text : `${LOCAL_REGISTRY}/${text}`);
  if (reference.registry === LOCAL_REGISTRY) return reference;
  throw new ThawError('USAGE', {
    message: `${text} is in the registry ${reference.registry}, and this command works in a data folder`,
    next: `name ${LOCAL_REGISTRY}/<repository> or just <repository>, and the folder with --root`,
    facts: { reference: text, registry: reference.registry },
  });
}

/** The reference as `ls` shows it: without the registry's name. */
export function shortReference({ repository, tag, digest }: Omit<Reference, 'registry'>): string {
  const named = {
    registry: '',
    repository,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
  return formatReference(named).slice(1);
}
