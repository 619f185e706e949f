import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, ThawError } from '../../errors.ts';
import type { Host } from './host.ts';
import { PATH } from './run.ts';

/** The text of a file of the node; undefined where there is none. Throws STORAGE_FAILED. */
export async function readText(host: Host, path: string): Promise<string | undefined> {
  return onNode(path, async () => orAbsent(readFile(await host.at(path), 'utf8')));
}

/** Whether there is something at a path of the node. */
export async function isThere(host: Host, path: string): Promise<boolean> {
  return (await onNode(path, async () => orAbsent(stat(await host.at(path))))) !== undefined;
}

/** Where a program of the node is, as its name or path says and on a PATH; undefined where it is not. */
export async function findProgram(host: Host, program: string, path = PATH): Promise<string | undefined> {
  const places = program.includes('/') ? [program] : path.split(':').map((folder) => join(folder, program));
  for (const place of places) if (await isThere(host, place)) return place;
  return undefined;
}

/** The result, or undefined where what was asked for is not there. */
export async function orAbsent<Result>(result: Promise<Result>): Promise<Result | undefined> {
  try {
    return await result;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** Touches a path of the node; what its disk refuses becomes STORAGE_FULL or STORAGE_FAILED. */
export async function onNode<Result>(path: string, touch: () => Promise<Result>): Promise<Result> {
  try {
    return await touch();
  } catch (cause) {
    const errno = errnoOf(cause);
    if (errno === undefined) throw cause;
    const isFull = errno === 'ENOSPC' || errno === 'EDQUOT';
    throw new ThawError(isFull ? 'STORAGE_FULL' : 'STORAGE_FAILED', {
      message: `${path} cannot be read or written on this node (${errno})`,
      next: NEXT[errno] ?? 'see that its disk is sound',
      facts: { path, errno },
      cause,
    });
  }
}

const NEXT: Readonly<Record<string, string>> = {
  EACCES: 'run it as root',
  EPERM: 'run it as root',
  EROFS: 'see which file system of the node may be written',
  ENOSPC: 'free space on that disk',
  EDQUOT: 'free space on that disk',
};
