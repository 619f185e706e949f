import type { Archive } from './archive.ts';
import { fileRange } from './bytes.ts';
import { blameWriter } from './growth.ts';
import { ARCHIVE_LIMITS, type ArchiveLimits } from './limits.ts';
import { fault } from './place.ts';
import type { Scanned } from './plain.ts';
import { scanSource } from './scan.ts';
import { openSource, type Source } from './source.ts';

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  /** Limits other than ARCHIVE_LIMITS. */
  readonly limits?: Partial<ArchiveLimits>;
}

/**
 * Opens and scans a checkpoint archive. A plain one is scanned by position, in milliseconds whatever its size; a gzip or
 * zstd stream, recognised by its first bytes, in one pass over it. Close it when done.
 *
 * ARCHIVE_NOT_FOUND, ARCHIVE_UNREADABLE, ARCHIVE_EMPTY, ARCHIVE_NOT_TAR, ARCHIVE_TRUNCATED, ARCHIVE_GROWING,
 * ARCHIVE_CHANGED, ARCHIVE_CORRUPT, ARCHIVE_TOO_MANY_MEMBERS, ARCHIVE_TOO_LARGE, DECOMPRESSION_BOMB, CANCELLED.
 */
export async function openArchive(path: string, { signal, limits }: OpenOptions = {}): Promise<Archive> {
  const source = await openSource(path);
  try {
    const scanned = await scanSource(source, { ...ARCHIVE_LIMITS, ...limits }, signal);
    return assemble(source, scanned);
  } catch (error) {
    const blamed = await blameWriter(error, source);
    await source.close();
    throw blamed;
  }
}

function assemble(source: Source, scanned: Scanned): Archive {
  return {
    path: source.path,
    fileSize: source.size,
    ...scanned,
    fileBytes: (offset, signal) => fileRange(source, offset, source.size, signal),
    assertUnchanged: () => assertUnchanged(source),
    close: () => source.close(),
  };
}

async function assertUnchanged(source: Source): Promise<void> {
  if (!(await source.hasChanged())) return;
  throw fault('ARCHIVE_CHANGED', source, {
    message: `${source.path} changed while it was read: its size, time or inode is not what it was`,
    next: 'convert again when nothing writes to the archive any more',
    facts: { size: source.size },
  });
}
