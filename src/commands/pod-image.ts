import { formatReference, parseReference, type Reference } from '../oci/reference.ts';
import { LOCAL_REGISTRY } from './options.ts';
import { isOnlyHere } from './where.ts';

/**
 * An image's reference as the nodes write it: in the repository that --pull-from names; without it under
 * checkpoint-registry.local where the image lies in the data folder or on loopback (no other machine could pull it under
 * that name), else as it is.
 */
export function pullName(image: Reference, pullFrom?: string): string {
  if (pullFrom !== undefined) {
    const { registry, repository } = parseReference(pullFrom);
    return formatReference({ ...image, registry, repository });
  }
  return formatReference(isOnlyHere(image.registry) ? { ...image, registry: LOCAL_REGISTRY } : image);
}
