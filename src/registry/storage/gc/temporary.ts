import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { onDisk, orMissing } from '../failure.ts';
import type { StoragePaths } from '../paths.ts';
import { namesIn } from './folders.ts';

/**
 * Removes what processes that were killed have left in `thaw/tmp` since before `before` (milliseconds since 1970). What
 * stands there is on its way for an instant only; the time of its last rename counts.
 */
export async function sweepTemporary(paths: StoragePaths, before: number): Promise<void> {
  for (const name of await namesIn(paths.temporary)) {
    const path = join(paths.temporary, name);
    const found = await onDisk(path, () => orMissing(stat(path)));
    if (found === undefined || Math.max(found.ctimeMs, found.mtimeMs) >= before) continue;
    await onDisk(path, () => rm(path, { recursive: true, force: true }));
  }
}
