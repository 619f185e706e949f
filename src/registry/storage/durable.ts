import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import { isMissing, onDisk, orMissing } from './failure.ts';

/** Only their owner reads checkpoints: they hold memory. */
export const FILE_MODE = 0o600;
export const FOLDER_MODE = 0o700;

/** Folders that this process has synced into the ones above them, all the way up. */
const lasting = new Set<string>();
const MOST_REMEMBERED = 10_000;

/**
 * Makes a folder and those above it, each synced into the one above it: also those that are there already, since whoever
 * made them may not have synced them yet, or was killed before.
 */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: FOLDER_MODE });
  if (first !== undefined) for (const made of foldersAbove(path, dirname(first))) lasting.delete(made);
  const unsure = foldersAbove(path).filter((folder) => !lasting.has(folder));
  for (const folder of unsure) await syncAbove(folder, first !== undefined && folder.startsWith(first));
  if (lasting.size > MOST_REMEMBERED) lasting.clear();
  for (const folder of unsure) lasting.add(folder);
}

/** Makes what was created, renamed or removed in a folder last through a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Writes a small file whole: a reader sees the old one or the new one, and a crash leaves the one or the other. */
export async function writeDurably(temporary: string, path: string, bytes: Uint8Array | string): Promise<void> {
  await onDisk(path, () => throughTemporary(temporary, bytes, (file) => moveDurably(file, path)));
}

/** As writeDurably, but only where nothing stands yet; tells whether it wrote. Two callers never both write. */
export async function createDurably(temporary: string, path: string, bytes: Uint8Array | string): Promise<boolean> {
  return onDisk(path, () =>
    throughTemporary(temporary, bytes, async (file) => {
      try {
        await intoFolder(path, () => link(file, path));
        return true;
      } catch (error) {
        if (errnoOf(error) !== 'EEXIST') throw error;
        await orMissing(syncFolder(dirname(path)));
        return false;
      }
    }),
  );
}

/** Renames a file whose bytes are synced into its place and syncs the folder. */
export async function moveDurably(from: string, to: string): Promise<void> {
  await intoFolder(to, () => rename(from, to));
}

/** Removes a folder and all in it at once: whoever looks sees all of it or nothing. False where it was not there. */
export async function removeFolder(temporary: string, path: string): Promise<boolean> {
  return onDisk(path, async () => {
    const aside = join(temporary, randomUUID());
    await mkdir(temporary, { recursive: true, mode: FOLDER_MODE });
    try {
      await rename(path, aside);
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
    await syncFolder(dirname(path));
    await rm(aside, { recursive: true, force: true });
    return true;
  });
}

/** A folder, the one above it, and so on, up to but not with `end`. */
function foldersAbove(path: string, end = '/'): string[] {
  const folders: string[] = [];
  for (let folder = path; folder !== end && folder !== dirname(folder); folder = dirname(folder)) folders.push(folder);
  return folders;
}

/** Of a folder that we have not made, the one above may be closed to us: whoever could make it has seen to it. */
async function syncAbove(folder: string, isOurs: boolean): Promise<void> {
  try {
    await syncFolder(dirname(folder));
  } catch (error) {
    if (isOurs || !CLOSED.has(errnoOf(error) ?? '')) throw error;
  }
}

/** How often something is put into a folder that somebody removes at the same moment. */
const ATTEMPTS = 5;

const CLOSED = new Set(['EACCES', 'EPERM']);

/**
 * Puts something into a folder that somebody may remove at any moment, because it was empty. A folder that is gone once
 * the thing was put was removed with it, by somebody who wanted it gone.
 */
async function intoFolder(path: string, put: () => Promise<void>): Promise<void> {
  const folder = dirname(path);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await makeFolder(folder);
      await put();
      break;
    } catch (error) {
      if (attempt === ATTEMPTS || !isMissing(error)) throw error;
    }
  }
  await orMissing(syncFolder(folder));
}

async function throughTemporary<Result>(
  temporary: string,
  bytes: Uint8Array | string,
  use: (file: string) => Promise<Result>,
): Promise<Result> {
  const file = join(temporary, randomUUID());
  await mkdir(temporary, { recursive: true, mode: FOLDER_MODE });
  try {
    const handle = await open(file, 'wx', FILE_MODE);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return await use(file);
  } finally {
    await rm(file, { force: true });
  }
}
