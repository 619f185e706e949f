import { stat, utimes } from 'node:fs/promises';
import { errnoOf } from '../../errors.ts';
import { isMissing, onDisk, orMissing } from './failure.ts';

/** A file of another owner: it can be kept, but its age cannot be changed. */
const NOT_OURS = new Set(['EPERM', 'EACCES', 'EROFS']);

/**
 * Lets a file's age begin anew, so that a garbage collection that may be running leaves it alone, and gives its size in
 * bytes; undefined where it is not there. With `ifOlderThan` milliseconds, only a file that is older is touched. It looks
 * again after it touched: a size says that whoever takes the file away now sees the new age (docs/adr/0006).
 */
export async function refresh(path: string, { ifOlderThan = 0 } = {}): Promise<number | undefined> {
  return onDisk(path, async () => {
    const found = await orMissing(stat(path));
    if (found === undefined || Date.now() - found.mtimeMs < ifOlderThan) return found?.size;
    await touch(path);
    return (await orMissing(stat(path)))?.size;
  });
}

/** Sets a file's time to now, where it is there and ours. */
export async function touch(path: string): Promise<void> {
  const now = new Date();
  try {
    await utimes(path, now, now);
  } catch (error) {
    if (!isMissing(error) && !NOT_OURS.has(errnoOf(error) ?? '')) throw error;
  }
}
