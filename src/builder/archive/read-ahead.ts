import type { Source } from './source.ts';
import type { ByteRange } from './walk.ts';

/** So many headers are read one by one: a checkpoint has some dozens. */
const ONE_BY_ONE = 1_000;

/** Behind them, headers this close to each other are read together, with the data between them. */
const CLOSE = 2 ** 14;
const AHEAD = 2 ** 16;

/** A tar that is a range of a file. */
interface Range {
  readonly source: Source;
  readonly start: number;
  readonly size: number;
}

/**
 * Reads the ranges that a walk wants, ascending, and no more; only in a tar of thousands of small members, as
 * rootfs-diff.tar can be, a read for each header would take longer than reading the data between them as well.
 */
export function readAhead({ source, start, size }: Range): (want: ByteRange) => Promise<Buffer> {
  let count = 0;
  let window: Buffer = Buffer.alloc(0);
  let offset = 0;
  return async (want) => {
    const from = want.offset - offset;
    if (from + want.length <= window.length) return window.subarray(from, from + want.length);
    count += 1;
    const isCrowded = count > ONE_BY_ONE && from - window.length < CLOSE;
    const length = isCrowded ? Math.min(Math.max(AHEAD, want.length), size - want.offset) : want.length;
    window = await source.read(start + want.offset, length);
    offset = want.offset;
    return window.subarray(0, want.length);
  };
}
