import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { errnoOf } from '../../errors.ts';
import { FOLDER_MODE, makeFolder } from './durable.ts';
import { isMissing, onDisk, orMissing } from './failure.ts';
import type { StoragePaths } from './paths.ts';

/**
 * Takes a folder of the store away in a way that can be taken back: it is renamed to `thaw/aside/<uuid>/<its path>`,
 * where `isGarbage` judges it once more; then it is removed, or put back. Whoever misses it meanwhile puts it back
 * itself (putBack), and wins. True when it was removed.
 */
export async function removeUnlessWanted(
  paths: StoragePaths,
  folder: string,
  isGarbage: (aside: string) => Promise<boolean>,
): Promise<boolean> {
  const taken = join(paths.aside, randomUUID());
  const aside = join(taken, relative(paths.root, folder));
  return onDisk(folder, async () => {
    await mkdir(dirname(aside), { recursive: true, mode: FOLDER_MODE });
    const isTaken = await moved(folder, aside);
    const isGone = isTaken && ((await isGarbage(aside)) ? await isThere(aside) : await returned(aside, folder));
    await rm(taken, { recursive: true, force: true });
    return isGone;
  });
}

/** Puts back a folder that is being taken away; false where none is. */
export async function putBack(paths: StoragePaths, folder: string): Promise<boolean> {
  return onDisk(folder, async () => {
    const taken = (await orMissing(readdir(paths.aside))) ?? [];
    for (const name of taken) {
      if (await moved(join(paths.aside, name, relative(paths.root, folder)), folder)) return true;
    }
    return false;
  });
}

/** Puts back what a process that was killed while it took things away has left for `olderThan` milliseconds. */
export async function restoreAside(paths: StoragePaths, olderThan: number): Promise<void> {
  await onDisk(paths.aside, async () => {
    for (const name of (await orMissing(readdir(paths.aside))) ?? []) {
      const taken = join(paths.aside, name);
      const found = await orMissing(stat(taken));
      if (found !== undefined && Date.now() - found.ctimeMs > olderThan) await restore(paths, taken);
    }
  });
}

async function restore(paths: StoragePaths, taken: string): Promise<void> {
  for (const entry of (await orMissing(readdir(taken, { recursive: true, withFileTypes: true }))) ?? []) {
    if (!entry.isFile()) continue;
    const from = join(entry.parentPath, entry.name);
    const to = join(paths.root, relative(taken, from));
    await makeFolder(dirname(to));
    await link(from, to).catch(unlessTaken);
  }
  await rm(taken, { recursive: true, force: true });
}

/** False where somebody has put it back, so that there is nothing to remove. */
async function isThere(aside: string): Promise<boolean> {
  return (await orMissing(stat(aside))) !== undefined;
}

/** Always false: it was not removed. Something new that stands in its place is as good. */
async function returned(aside: string, folder: string): Promise<boolean> {
  await makeFolder(dirname(folder));
  await moved(aside, folder);
  return false;
}

/** False where there is nothing to move, or where something stands in its place already. */
async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (isMissing(error) || isOccupied(error)) return false;
    throw error;
  }
}

function unlessTaken(error: unknown): void {
  if (!isOccupied(error) && !isMissing(error)) throw error;
}

function isOccupied(error: unknown): boolean {
  return errnoOf(error) === 'ENOTEMPTY' || errnoOf(error) === 'EEXIST';
}
