import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { withLock } from './lock.ts';

/**
 * A folder that is there whole or not at all: `fill` fills a half one beside it, which then takes its name. When several
 * processes want it, one makes it and the others wait.
 */
export async function madeOnce(folder: string, fill: (half: string) => Promise<void>): Promise<string> {
  if (await isFolder(folder)) return folder;
  await beside(folder, async (half) => {
    if (await isFolder(folder)) return;
    await fill(half);
    await rename(half, folder);
  });
  return folder;
}

/** Does work in a new folder beside the one named, alone among all processes, and removes what is left in it after. */
export async function beside(folder: string, work: (half: string) => Promise<void>): Promise<void> {
  const prefix = join(dirname(folder), `.${basename(folder)}.`);
  await mkdir(dirname(folder), { recursive: true });
  await withLock(`${prefix}lock`, async () => {
    await removeHalves(`${prefix}half-`);
    const half = await mkdtemp(`${prefix}half-`);
    try {
      await chmod(half, 0o755);
      await work(half);
    } finally {
      await rm(half, { recursive: true, force: true });
    }
  });
}

/** Whether a folder of that name is there. */
export async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}

/** Removes what processes that were killed have left. */
async function removeHalves(prefix: string): Promise<void> {
  for (const name of await readdir(dirname(prefix)))
    if (name.startsWith(basename(prefix))) await rm(join(dirname(prefix), name), { recursive: true, force: true });
}
