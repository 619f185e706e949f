import { errnoOf, isThawError, ThawError } from '../../errors.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Runs what touches the disk; what the disk refuses becomes STORAGE_FULL or STORAGE_FAILED with the path. */
export async function onDisk<Result>(path: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw isThawError(error) ? error : storageFailure(error, path);
  }
}

/** A failed system call as a ThawError: STORAGE_FULL where there is no room, otherwise STORAGE_FAILED. */
export function storageFailure(error: unknown, path: string): ThawError {
  const errno = errnoOf(error) ?? 'unknown';
  if (FULL.has(errno)) {
    return new ThawError('STORAGE_FULL', {
      message: `there is no room left to write ${path}`,
      next: 'free space on that disk, or name another folder',
      facts: { path, errno },
      cause: error,
    });
  }
  return new ThawError('STORAGE_FAILED', {
    message: `${path} cannot be read or written: ${error instanceof Error ? error.message : String(error)}`,
    next: 'see that the folder is there, that this user may write it, and that its disk is sound',
    facts: { path, errno },
    cause: error,
  });
}

/** Whether a system call failed because what it names is not there. */
export function isMissing(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 'ENOENT' || errno === 'ENOTDIR';
}

/** The result, or undefined where the file or folder is not there. */
export async function orMissing<Result>(result: Promise<Result>): Promise<Result | undefined> {
  try {
    return await result;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
