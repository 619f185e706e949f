import { randomBytes } from 'node:crypto';
import { type FileHandle, link, lstat, open, rename, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf, ThawError } from '../errors.ts';

/** The file to be written. */
export interface OutputFile {
  readonly path: string;
  /** Bytes that it will have. */
  readonly size: number;
  /** Replaces a file that is there. */
  readonly force: boolean;
}

/**
 * Writes a file of mode 0600 that is there whole or not at all: `write` fills a temporary file beside it, which is
 * synced and renamed when `write` is done, and removed when it fails. FILE_EXISTS, STORAGE_FULL, STORAGE_FAILED.
 */
export async function writeOutputFile(file: OutputFile, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  const folder = dirname(file.path);
  const temporary = join(folder, `.thaw-${randomBytes(8).toString('hex')}.part`);
  try {
    await assertRoom(file, folder);
    await writeSynced(temporary, write);
    await moveTo(temporary, file);
    await syncFolder(folder);
  } catch (error) {
    throw storageError(error, file.path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Writes all of the bytes at an offset. */
export async function writeAt(handle: FileHandle, offset: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
  }
}

/** The error of a failed system call on a path; ThawErrors stay as they are. */
export function storageError(error: unknown, path: string): unknown {
  const errno = errnoOf(error);
  if (error instanceof ThawError || errno === undefined) return error;
  if (errno === 'EEXIST') return exists(path);
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return full(path, error);
  return new ThawError('STORAGE_FAILED', {
    message: `${path} cannot be written: ${errno}`,
    next: 'check the folder, its permissions and its disk, or name another file',
    facts: { path, errno },
    cause: error,
  });
}

/** Fails before a long transfer rather than behind it. */
async function assertRoom({ path, size, force }: OutputFile, folder: string): Promise<void> {
  const there = await lstat(path).then(
    () => true,
    () => false,
  );
  if (there && !force) throw exists(path);
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < size) throw full(path, undefined, { wanted: size, free: bavail * bsize });
}

async function writeSynced(path: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await write(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A link fails where a file came meanwhile, a rename replaces it; file systems without links leave only the rename. */
async function moveTo(temporary: string, { path, force }: OutputFile): Promise<void> {
  if (force) return rename(temporary, path);
  try {
    await link(temporary, path);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw error;
    await rename(temporary, path);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function exists(path: string): ThawError {
  return new ThawError('FILE_EXISTS', {
    message: `${path} is there already`,
    next: 'name another file, or replace this one with --force',
    facts: { path },
  });
}

function full(path: string, cause: unknown, room?: { wanted: number; free: number }): ThawError {
  const wanted = room === undefined ? '' : `: it needs ${room.wanted} bytes, and ${room.free} are free`;
  return new ThawError('STORAGE_FULL', {
    message: `there is no room for ${path}${wanted}`,
    next: 'make room on that disk, or name a file on another one',
    facts: { path, ...room },
    cause,
  });
}
