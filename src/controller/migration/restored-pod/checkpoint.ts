import type { CheckpointMetadata } from '../../../checkpoint/metadata.ts';
import { ThawError } from '../../../errors.ts';
import { parseReference } from '../../../oci/reference.ts';

/** One container's checkpoint, as far as a restored pod must know it. */
export interface RestoreCheckpoint
  extends Pick<CheckpointMetadata, 'engine' | 'pod' | 'baseImage' | 'requiredMounts' | 'architecture'> {
  /** Name of the container, exactly. */
  readonly container: string;
  /** The checkpoint image, immutable: `<host>/<repository>[:<tag>]@sha256:...`. */
  readonly reference: string;
}

/**
 * The checkpoint behind an image: what its archive (or its annotations) says, and where it is pulled from. Throws
 * REFERENCE_INVALID for a reference without a digest: what it names could change between two restores.
 */
export function fromMetadata(metadata: CheckpointMetadata, reference: string): RestoreCheckpoint {
  if (parseReference(reference).digest === undefined) throw mutable(reference);
  const { container, engine, pod, baseImage, requiredMounts, architecture } = metadata;
  return {
    container: container.name,
    reference,
    engine,
    ...(pod === undefined ? {} : { pod }),
    baseImage,
    requiredMounts,
    architecture,
  };
}

function mutable(reference: string): ThawError {
  return new ThawError('REFERENCE_INVALID', {
    message: `"${reference}" names no digest, so it may name another checkpoint tomorrow`,
    next: 'append the digest that `thaw convert` printed: <reference>@sha256:<64 hex digits>',
    facts: { reference },
  });
}
