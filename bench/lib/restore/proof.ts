import { discontinuities } from '../../../test/helpers/continuity.ts';
import type { Frozen } from './frozen.ts';

/** Of the workload's memory, what each number sums up anew: scripts/cluster/workload/memory.go. */
const PART = 16;

/**
 * What speaks against a log being that of the process that was frozen: nothing, where it went on without a gap, beyond
 * all that it had written before, and has read all of its memory since. `since` is how many numbers it has written.
 */
export function doubts(frozen: Frozen, log: string, since: number): string[] {
  const parts = Math.ceil(frozen.mebibytes / PART);
  const unread = since < parts ? [`${since} numbers since the restore, and all memory is read after ${parts}`] : [];
  return [...discontinuities([frozen.life, { log, seen: 0 }], { sum: frozen.sum }), ...unread];
}
