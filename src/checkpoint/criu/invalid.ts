import { ThawError } from '../../errors.ts';

/** A CRIU_IMAGE_INVALID: which image, the offset in it in bytes, and what is wrong there. */
export function imageInvalid(image: string, offset: number, what: string): ThawError {
  return new ThawError('CRIU_IMAGE_INVALID', {
    message: `${image} is not as CRIU writes it: ${what}, at byte ${offset}`,
    next: 'take the checkpoint again: the archive is damaged, or was made or changed by something else',
    facts: { image, offset, what },
  });
}
