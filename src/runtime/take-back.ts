import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** What a pipe holds at most (fcntl(2), F_SETPIPE_SZ). */
const MAX_BYTES = 1024 * 1024;

/**
 * Takes back what was written to a standard stream and is still in its pipe, so that something can be said before it;
 * nothing where the stream is no pipe, or somebody has read it. CRI-O's monitor reads the standard error of a failed
 * create when it is over.
 */
export function takeBack(descriptor: number): string {
  try {
    return fstatSync(descriptor).isFIFO() ? readWaiting(`/proc/self/fd/${descriptor}`) : '';
  } catch {
    return '';
  }
}

function readWaiting(path: string): string {
  const pipe = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const bytes = Buffer.alloc(MAX_BYTES);
    return bytes.toString('utf8', 0, readSync(pipe, bytes));
  } finally {
    closeSync(pipe);
  }
}
