import type { Member } from '../../checkpoint/member.ts';
import type { Scan } from './by-position.ts';
import { isZero } from './header.ts';
import { truncated } from './shortfall.ts';
import { type Walk, walk } from './walk.ts';

/** A walk driven by the chunks of a stream. */
export interface Feed {
  /** Takes the next chunk. The members whose headers it completes are found before this returns. */
  push(chunk: Buffer): void;
  /** Closes the stream: its members, its end mark, its size, and whether anything but zeros stands behind the end mark. */
  finish(): FedScan;
}

export interface FedScan extends Scan {
  readonly size: number;
  readonly isStale: boolean;
}

/** Starts a walk that is fed. `push` throws as `walk` does, `finish` throws ARCHIVE_TRUNCATED. */
export function createFeed({ place, limits, onMember }: Walk): Feed {
  const members: Member[] = [];
  const note = (member: Member): void => {
    members.push(member);
    onMember(member);
  };
  const steps = walk({ place, limits, onMember: note });
  let step = steps.next();
  let have = Buffer.alloc(0);
  let size = 0;
  let isStale = false;
  return {
    push: (chunk) => {
      const start = size;
      size += chunk.length;
      while (step.done !== true) {
        const { offset, length } = step.value;
        const from = offset + have.length - start;
        if (from < chunk.length) have = Buffer.concat([have, chunk.subarray(from, offset + length - start)]);
        if (have.length < length) return;
        step = steps.next(have);
        have = Buffer.alloc(0);
      }
      isStale ||= !isZero(chunk.subarray(Math.max(0, step.value - start)));
    },
    finish: () => {
      if (step.done !== true) throw truncated(place, size, step.value, members.at(-1));
      return { members, end: step.value, size, isStale };
    },
  };
}
