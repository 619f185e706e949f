import type { Member } from '../../checkpoint/member.ts';
import type { ThawError } from '../../errors.ts';
import { fault, nameOf, type Place } from './place.ts';
import type { ByteRange } from './walk.ts';

/** ARCHIVE_TRUNCATED: a tar of `size` bytes lacks a range that must be there. */
export function truncated(place: Place, size: number, want: ByteRange, last: Member | undefined): ThawError {
  const missing = want.offset + want.length - size;
  const behind = last === undefined ? '' : `, behind its last whole header (${JSON.stringify(last.name)})`;
  return fault('ARCHIVE_TRUNCATED', place, {
    message: `${nameOf(place)} ends at byte ${size} without an end mark${behind}: at least ${missing} bytes are missing`,
    next: 'copy the archive again from where it was written, or take the checkpoint again',
    facts: { size, offset: want.offset, missing, lastMember: last?.name ?? null },
  });
}

/** ARCHIVE_TRUNCATED: a compressed stream of `size` bytes ends in its midst. */
export function streamCut(place: Place, size: number): ThawError {
  return fault('ARCHIVE_TRUNCATED', place, {
    message: `${nameOf(place)} ends at byte ${size}, in the midst of its compressed stream`,
    next: 'copy the archive again from where it was written, or take the checkpoint again',
    facts: { size },
  });
}
