import { rmSync, statSync } from 'node:fs';
import { errnoOf } from '../../errors.ts';
import { podRecords } from './paths.ts';
import { type Found, readRecords } from './read.ts';

/** Removes the records and logs of pods that are gone, and gives the others. Throws RECORD_FAILED. */
export function sweepRecords(lib: string): Found[] {
  const found = readRecords(lib);
  const gone = found.filter(({ record }) => record.podFolder !== undefined && !exists(record.podFolder));
  for (const uid of new Set(gone.map(({ key }) => key.uid)))
    rmSync(podRecords(lib, uid), { recursive: true, force: true });
  return found.filter((each) => !gone.includes(each));
}

/** Only a plain no counts as one: a record is worth more than the room that it takes. */
function exists(folder: string): boolean {
  try {
    return statSync(folder).isDirectory();
  } catch (error) {
    return errnoOf(error) !== 'ENOENT';
  }
}
