import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { quote } from '../../checkpoint/checks/finding.ts';
import { errnoOf, ThawError } from '../../errors.ts';

/**
 * A container's root on the node's disk, before the container runs: nobody else changes it. Names come from a checkpoint.
 * Each leads to a place below the root through real folders only: an engine writes names as they are on the disk, so one
 * that goes through a symlink was made up.
 */
export class RootFolder {
  readonly path: string;
  readonly #real = new Set<string>();

  constructor(path: string) {
    this.path = path;
  }

  /** The path of a name whose folders are there, or are made; '' is the root. Throws ROOTFS_DIFF_ESCAPES. */
  make(name: string): string {
    return this.#walk(name, true) ?? this.path;
  }

  /** The path of a name; undefined where one of its folders is not there. Throws ROOTFS_DIFF_ESCAPES. */
  find(name: string): string | undefined {
    return this.#walk(name, false);
  }

  /** Removes what has a name, and all that is in it; nothing is followed. */
  remove(name: string): void {
    const path = this.find(name);
    if (path === undefined || path === this.path) return;
    this.#real.clear();
    rmSync(path, { recursive: true, force: true });
  }

  #walk(name: string, make: boolean): string | undefined {
    const parts = partsOf(name);
    let folder = '';
    for (const part of parts.slice(0, -1)) {
      folder += `/${part}`;
      if (this.#real.has(folder)) continue;
      if (!isRealFolder(join(this.path, folder), name, make)) return undefined;
      this.#real.add(folder);
    }
    return join(this.path, ...parts);
  }
}

function partsOf(name: string): string[] {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..') || name.includes('\0')) throw escapes(name, 'climbs with ".."');
  return parts;
}

/** False where there is nothing, and nothing is to be made. */
function isRealFolder(path: string, name: string, make: boolean): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined && make) {
    mkdirSync(path, { mode: 0o755 });
    return true;
  }
  if (found?.isSymbolicLink()) throw escapes(name, 'goes through a symlink');
  if (found !== undefined && !found.isDirectory()) {
    if (make) throw escapes(name, 'goes through a file');
    return false;
  }
  return found !== undefined;
}

function escapes(name: string, why: string): ThawError {
  return new ThawError('ROOTFS_DIFF_ESCAPES', {
    message: `the path ${quote(name)} of a changed or deleted file ${why}, and would leave the container's root`,
    next: 'do not restore this checkpoint: find out who made it, and take the checkpoint again',
    facts: { name: quote(name), why },
  });
}

/** What a failed system call in the root means. */
export function diffFailed(what: string, cause: unknown): ThawError {
  if (cause instanceof ThawError) return cause;
  const errno = errnoOf(cause) ?? (cause instanceof Error ? cause.message : String(cause));
  return new ThawError('ROOTFS_DIFF_FAILED', {
    message: `${what} cannot be put into the container's root (${errno})`,
    next:
      errno === 'ENOSPC'
        ? "make room on the node's disk of containers"
        : 'take the checkpoint again, and restore it from the same base image',
    facts: { what, errno },
    cause,
  });
}
