import { readdirSync, readFileSync } from 'node:fs';
import { conform } from '../../checkpoint/schema/conform.ts';
import { errnoOf, ThawError } from '../../errors.ts';
import { podRecords, recordPath, restoresFolder } from './paths.ts';
import { type RecordKey, RestoreRecord } from './record.ts';

/** A record, and whose it is. */
export interface Found {
  readonly key: RecordKey;
  readonly record: RestoreRecord;
}

/** The record of a container; undefined where thaw has not restored it. Throws RECORD_FAILED where that cannot be told. */
export function readRecord(lib: string, key: RecordKey): RestoreRecord | undefined {
  const path = recordPath(lib, key);
  try {
    return conform(
      RestoreRecord,
      JSON.parse(readFileSync(path, 'utf8')),
      (where, what) => new Error(`${what}, at ${where}`),
    );
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return undefined;
    throw unreadable(path, cause);
  }
}

/** All records of this node. Throws RECORD_FAILED when one of them cannot be read. */
export function readRecords(lib: string): Found[] {
  const keys = names(restoresFolder(lib)).flatMap((uid) =>
    names(podRecords(lib, uid))
      .filter((name) => name.endsWith('.json'))
      .map((name) => ({ uid, container: name.slice(0, -'.json'.length) })),
  );
  return keys.flatMap((key) => {
    const record = readRecord(lib, key);
    return record === undefined ? [] : [{ key, record }];
  });
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return [];
    throw unreadable(folder, cause);
  }
}

function unreadable(path: string, cause: unknown): ThawError {
  const why = errnoOf(cause) ?? 'it is damaged';
  return new ThawError('RECORD_FAILED', {
    message: `${path} tells what was restored on this node, and cannot be read (${why}), so nothing is restored`,
    next: 'mend the disk, or, when the pod that it tells of is surely gone, remove the file',
    facts: { path, why },
    cause,
  });
}
