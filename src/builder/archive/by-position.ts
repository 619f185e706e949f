import type { Member } from '../../checkpoint/member.ts';
import { throwIfCancelled } from './cancelled.ts';
import type { ArchiveLimits } from './limits.ts';
import type { Place } from './place.ts';
import { readAhead } from './read-ahead.ts';
import { truncated } from './shortfall.ts';
import type { Source } from './source.ts';
import { walk } from './walk.ts';

/** A tar that is a range of a file, and can be read at any position. */
export interface Positioned {
  readonly source: Source;
  readonly place: Place;
  /** First byte of the tar in the file. */
  readonly start: number;
  /** Bytes of the tar, its padding included. */
  readonly size: number;
  readonly limits: ArchiveLimits;
  readonly signal?: AbortSignal | undefined;
}

/** Members of a tar and where it ends; offsets count from the tar's first byte. */
export interface Scan {
  readonly members: readonly Member[];
  /** Behind the end mark. */
  readonly end: number;
}

/**
 * Scans a tar by position: reads header blocks and extended headers and next to nothing else (`readAhead` says what), so
 * that the time does not depend on the size of the data. ARCHIVE_TRUNCATED where the range ends too early; else as `walk`.
 */
export async function scanByPosition({ source, place, start, size, limits, signal }: Positioned): Promise<Scan> {
  const members: Member[] = [];
  const steps = walk({ place, limits, onMember: (member) => members.push(member) });
  const read = readAhead({ source, start, size });
  let step = steps.next();
  while (step.done !== true) {
    throwIfCancelled(place.path, signal);
    const want = step.value;
    if (want.offset + want.length > size) throw truncated(place, size, want, members.at(-1));
    const bytes = await read(want);
    if (bytes.length < want.length) throw truncated(place, want.offset + bytes.length, want, members.at(-1));
    step = steps.next(bytes);
  }
  return { members, end: step.value };
}
