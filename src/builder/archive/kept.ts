import { isReadWhole, readLimit } from '../../checkpoint/limits.ts';
import type { Member } from '../../checkpoint/member.ts';
import type { Sink } from './by-stream.ts';

/** Keeps the members that src/checkpoint reads whole, while the archive streams by. */
export interface Keeper {
  /** A sink for a member that is to be kept and fits; undefined for any other. */
  sinkFor(member: Member): Sink | undefined;
  /** The data of a member that was kept. */
  get(member: Member): Buffer | undefined;
}

/** A keeper of at most `limit` bytes in all. */
export function createKeeper(limit: number): Keeper {
  const kept = new Map<number, Buffer>();
  let total = 0;
  return {
    sinkFor: ({ name, type, size, start }) => {
      if (type !== 'file' || !isReadWhole(name) || size > readLimit(name) || total + size > limit) return undefined;
      total += size;
      return collector(size, (data) => kept.set(start, data));
    },
    get: ({ start }) => kept.get(start),
  };
}

function collector(size: number, onData: (data: Buffer) => void): Sink {
  const data = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  return {
    write: (piece) => {
      filled += piece.copy(data, filled);
    },
    finish: () => onData(data),
    abandon: () => {},
  };
}
