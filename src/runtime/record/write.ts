import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf, ThawError } from '../../errors.ts';
import { podRecords, recordPath, restoresFolder } from './paths.ts';
import type { RecordKey, RestoreRecord } from './record.ts';

/**
 * Writes a record: when this returns it is on the disk, whatever happens then, and at no moment half of one is there.
 * Throws RECORD_FAILED.
 */
export function writeRecord(lib: string, key: RecordKey, record: RestoreRecord): void {
  const path = recordPath(lib, key);
  const temporary = `${path}.${process.pid}`;
  try {
    mkdirSync(podRecords(lib, key.uid), { recursive: true, mode: 0o700 });
    writeSynced(temporary, `${JSON.stringify(record)}\n`);
    renameSync(temporary, path);
    for (const folder of [podRecords(lib, key.uid), restoresFolder(lib), lib, dirname(lib)]) sync(folder);
  } catch (cause) {
    discard(temporary);
    throw unwritten(path, cause);
  }
}

/** Takes a record back, for a restore that was not begun after all. Throws RECORD_FAILED. */
export function removeRecord(lib: string, key: RecordKey): void {
  const path = recordPath(lib, key);
  try {
    rmSync(path, { force: true });
    sync(podRecords(lib, key.uid));
  } catch (cause) {
    throw unwritten(path, cause);
  }
}

function writeSynced(path: string, text: string): void {
  const file = openSync(path, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Why it could not be written is what counts.
  }
}

function sync(folder: string): void {
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function unwritten(path: string, cause: unknown): ThawError {
  const why = errnoOf(cause) ?? String(cause);
  return new ThawError('RECORD_FAILED', {
    message: `${path} must tell that this container is restored, and cannot be written (${why}), so it is not restored`,
    next: 'make room on this disk, or mend it',
    facts: { path, why },
    cause,
  });
}
