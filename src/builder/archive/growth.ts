import { setTimeout as sleep } from 'node:timers/promises';
import { ThawError } from '../../errors.ts';
import { fault } from './place.ts';
import type { Source } from './source.ts';

/** A file written this recently (milliseconds) and without an end mark is taken for one that is still being written. */
const RECENT = 5_000;

/** How long (milliseconds) an older file is looked at. */
const LOOK = 300;

/**
 * Tells an archive that is broken from one that an engine still writes, in place and under its final name: the fault that
 * a scan found, or ARCHIVE_GROWING instead of it.
 */
export async function blameWriter(error: unknown, source: Source): Promise<unknown> {
  if (!(error instanceof ThawError) || !(error.code in GROWS)) return error;
  const wait = GROWS[error.code] ?? 0;
  const recent = error.code === 'ARCHIVE_TRUNCATED' && Math.abs(Date.now() - source.mtime) < RECENT;
  if (recent || (await changesWithin(source, wait))) return growing(source, error);
  return error;
}

/** The faults that a writer may be the reason for, and how long to look for it. */
const GROWS: Readonly<Record<string, number>> = {
  ARCHIVE_TRUNCATED: LOOK,
  ARCHIVE_EMPTY: LOOK,
  ARCHIVE_NOT_TAR: 0,
  ARCHIVE_CORRUPT: 0,
};

async function changesWithin(source: Source, milliseconds: number): Promise<boolean> {
  if (await source.hasChanged()) return true;
  if (milliseconds === 0) return false;
  await sleep(milliseconds);
  return source.hasChanged();
}

function growing(source: Source, cause: ThawError): ThawError {
  return fault(
    'ARCHIVE_GROWING',
    { path: source.path },
    {
      message: `${source.path} is still being written: it had ${source.size} bytes and no end mark yet`,
      next: 'wait until the engine is done with it and try again',
      facts: { ...cause.facts, size: source.size },
      cause,
    },
  );
}
