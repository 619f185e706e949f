import { CHUNK_BYTES } from '../../oci/chunk-pool.ts';
import { throwIfCancelled } from './cancelled.ts';
import { fault } from './place.ts';
import type { Source } from './source.ts';

/**
 * Bytes `start` to `end` (exclusive) of a file, each chunk in a buffer of its own. While a chunk is being used the next
 * one is already being read, on another thread.
 * ARCHIVE_CHANGED when the file ends before, CANCELLED, ARCHIVE_UNREADABLE.
 */
export async function* fileRange(
  source: Source,
  start: number,
  end: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  const readAt = (offset: number) => source.read(offset, Math.min(CHUNK_BYTES, end - offset));
  let ahead = start < end ? settled(readAt(start)) : undefined;
  try {
    for (let offset = start; ahead !== undefined; ) {
      throwIfCancelled(source.path, signal);
      const chunk = await ahead;
      if (chunk.length === 0) throw shrunk(source.path, offset, end);
      offset += chunk.length;
      ahead = offset < end ? settled(readAt(offset)) : undefined;
      yield chunk;
    }
  } finally {
    // Whoever leaves early may close the file next; a read must not meet another file under the same number.
    await ahead?.catch(() => undefined);
  }
}

/** A promise whose failure is looked at later, or never. */
function settled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
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
