import type { Member } from '../../checkpoint/member.ts';
import { createFeed, type FedScan } from './feed.ts';
import type { ArchiveLimits } from './limits.ts';
import type { Place } from './place.ts';

/** Takes the data of one member, piece by piece. The pieces are only lent: what is kept must be copied. */
export interface Sink {
  write(piece: Buffer): Promise<void> | void;
  /** Called behind the last piece. */
  finish(): Promise<void> | void;
  /** Called instead of `finish` when the stream broke. */
  abandon(): void;
}

/** A tar that comes as a stream. */
export interface Streamed {
  readonly chunks: AsyncIterable<Buffer>;
  readonly place: Place;
  readonly limits: ArchiveLimits;
  /** Who takes a member's data; undefined: nobody. */
  readonly sinkFor?: (member: Member) => Sink | undefined;
}

/**
 * Scans a tar in one pass over its stream, up to the stream's end, and hands the data of chosen members on.
 * Codes as `walk`, ARCHIVE_TRUNCATED, and what `chunks` and the sinks throw.
 */
export async function scanByStream({ chunks, place, limits, sinkFor }: Streamed): Promise<FedScan> {
  const taps = new Set<Tap>();
  const onMember = (member: Member): void => {
    const sink = sinkFor?.(member);
    if (sink !== undefined) taps.add({ sink, start: member.data, end: member.data + member.size });
  };
  const feed = createFeed({ place, limits, onMember });
  let offset = 0;
  try {
    for await (const chunk of chunks) {
      feed.push(chunk);
      for (const tap of taps) if (await pour(tap, chunk, offset)) taps.delete(tap);
      offset += chunk.length;
    }
    return feed.finish();
  } finally {
    for (const { sink } of taps) sink.abandon();
  }
}

interface Tap {
  readonly sink: Sink;
  readonly start: number;
  readonly end: number;
}

/** Gives a sink its part of a chunk that begins at `offset`; true when that was the last one. */
async function pour({ sink, start, end }: Tap, chunk: Buffer, offset: number): Promise<boolean> {
  const piece = chunk.subarray(Math.max(0, start - offset), Math.max(0, end - offset));
  if (piece.length > 0) await sink.write(piece);
  if (end > offset + chunk.length) return false;
  await sink.finish();
  return true;
}
