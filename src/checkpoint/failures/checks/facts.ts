import { isThawError } from '../../../errors.ts';
import { type ImageFacts, metadataFromAnnotations } from '../../image-facts.ts';
import type { FailureContext } from '../context.ts';

/** What thaw's annotations on the image tell; undefined where the image is unknown, or thaw cannot read it. */
export function imageFacts({ image }: FailureContext): ImageFacts['metadata'] | undefined {
  if (image === undefined) return undefined;
  try {
    return metadataFromAnnotations(image.annotations).metadata;
  } catch (error) {
    if (isThawError(error, 'IMAGE_NOT_CHECKPOINT')) return undefined;
    throw error;
  }
}
