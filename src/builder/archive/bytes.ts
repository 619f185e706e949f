import { CHUNK_BYTES } from '../../oci/chunk-pool.ts';
import { readAhead } from '../../oci/read-ahead.ts';
import { throwIfCancelled } from './cancelled.ts';
import { fault } from './place.ts';
import type { Source } from './source.ts';

/**
 * Bytes `start` to `end` (exclusive) of a file, each chunk in a buffer of its own. While one is being used the next one
 * is already being read, on another thread. ARCHIVE_CHANGED when the file ends before, CANCELLED, ARCHIVE_UNREADABLE.
 */
export function fileRange(
  source: Source,
  start: number,
  end: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  return readAhead(inChunks(source, start, end, signal));
}

async function* inChunks(
  source: Source,
  start: number,
  end: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  let offset = start;
  while (offset < end) {
    throwIfCancelled(source.path, signal);
    const chunk = await source.read(offset, Math.min(CHUNK_BYTES, end - offset));
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
