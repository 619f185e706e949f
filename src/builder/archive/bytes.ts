import { throwIfCancelled } from './cancelled.ts';
import { fault } from './place.ts';
import type { Source } from './source.ts';

/** Bytes of one chunk. */
const CHUNK = 2 ** 20;

/**
 * Bytes `start` to `end` (exclusive) of a file, each chunk in a buffer of its own.
 * ARCHIVE_CHANGED when the file ends before, CANCELLED, ARCHIVE_UNREADABLE.
 */
export async function* fileRange(
  source: Source,
  start: number,
  end: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  let offset = start;
  while (offset < end) {
    throwIfCancelled(source.path, signal);
    const chunk = await source.read(offset, Math.min(CHUNK, end - offset));
    if (chunk.length === 0) throw shrunk(source.path, offset, end);
    offset += chunk.length;
    yield chunk;
  }
}

function shrunk(path: string, offset: number, end: number): Error {
  return fault(
    'ARCHIVE_CHANGED',
    { path },
    {
      message: `${path} shrank while it was read: it ends at byte ${offset}, where byte ${end} was its end`,
      next: 'convert again when nothing writes to the archive any more',
      facts: { found: offset, expected: end },
    },
  );
}
