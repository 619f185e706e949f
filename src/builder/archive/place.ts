import type { ErrorCode, Fact } from '../../errors.ts';
import { ThawError } from '../../errors.ts';

/** Which tar a fault is in: the archive, or a tar that is a member of it. */
export interface Place {
  readonly path: string;
  /** Name of the member that is the tar. */
  readonly member?: string;
}

/** A place as people read it: `web.tar`, `rootfs-diff.tar in web.tar`. */
export function nameOf(place: Place): string {
  return place.member === undefined ? place.path : `${place.member} in ${place.path}`;
}

/** The facts that every fault in an archive carries. */
export function factsOf(place: Place): Record<string, Fact> {
  return place.member === undefined ? { path: place.path } : { path: place.path, member: place.member };
}

/** ARCHIVE_CORRUPT: what is wrong with the bytes at an offset. */
export function corrupt(place: Place, offset: number, what: string, cause?: unknown): ThawError {
  return fault('ARCHIVE_CORRUPT', place, {
    message: `${nameOf(place)} is damaged at byte ${offset}: ${what}`,
    next: 'take the checkpoint again, or copy the archive again from where it was written',
    facts: { offset },
    cause,
  });
}

/** ARCHIVE_TOO_LARGE: something is beyond a limit. */
export function tooLarge(place: Place, offset: number, what: string, found: number, limit: number): ThawError {
  return fault('ARCHIVE_TOO_LARGE', place, {
    message: `${nameOf(place)} asks for too much at byte ${offset}: ${what} of ${found} bytes, where ${limit} are the limit`,
    next: 'do not trust this archive unless you know who made it',
    facts: { offset, found, limit },
  });
}

interface Details {
  readonly message: string;
  readonly next: string;
  readonly facts: Readonly<Record<string, Fact>>;
  readonly cause?: unknown;
}

/** A ThawError whose facts begin with the place. */
export function fault(code: ErrorCode, place: Place, { message, next, facts, cause }: Details): ThawError {
  return new ThawError(code, { message, next, facts: { ...factsOf(place), ...facts }, cause });
}
