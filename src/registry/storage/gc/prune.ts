import { rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { onDisk, orMissing } from '../failure.ts';
import { isSessionId } from '../paths.ts';
import type { Store } from '../store.ts';
import { namesIn } from './folders.ts';

/**
 * Removes the folders of repositories in which nothing is left and nothing has happened since `cutoff` (milliseconds since
 * 1970), so that they are not listed any more. A folder that is not empty cannot be removed, so nothing is lost when
 * somebody pushes meanwhile.
 */
export async function pruneRepositories(store: Store, cutoff: number): Promise<string[]> {
  const pruned: string[] = [];
  for await (const repository of store.repositories.walkAll()) {
    const folder = store.paths.repository(repository);
    if (!(await isEmpty(folder, cutoff))) continue;
    await removeEmpty(folder);
    await removeAbove(store.paths.repositories, dirname(folder));
    pruned.push(repository);
  }
  return pruned;
}

/** Whether there are folders only, all old; the folders of repositories inside count as something. */
async function isEmpty(folder: string, cutoff: number): Promise<boolean> {
  const found = await onDisk(folder, () => orMissing(stat(folder)));
  if (found === undefined || !found.isDirectory() || found.mtimeMs >= cutoff) return false;
  for (const name of await namesIn(folder)) {
    if (isSessionId(name) || !(await isEmpty(join(folder, name), cutoff))) return false;
  }
  return true;
}

async function removeEmpty(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) if (!isSessionId(name)) await removeEmpty(join(folder, name));
  await rmdir(folder).catch(() => {});
}

/** The folders above, as long as they are empty: `a/b` of a repository `a/b/c`. */
async function removeAbove(top: string, folder: string): Promise<void> {
  if (!folder.startsWith(`${top}/`)) return;
  const removed = await rmdir(folder).then(
    () => true,
    () => false,
  );
  if (removed) await removeAbove(top, dirname(folder));
}
