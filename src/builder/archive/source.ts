import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { errnoOf, ThawError } from '../../errors.ts';
import { CHUNK_BYTES, takeChunk } from '../../oci/chunk-pool.ts';
import { fault } from './place.ts';

/** An archive's file, opened: bytes by position, and whether it is still the same file. */
export interface Source {
  readonly path: string;
  /** Bytes of the file when it was opened. */
  readonly size: number;
  /** Time of its last write when it was opened, in milliseconds since 1970. */
  readonly mtime: number;
  /** Bytes read so far. */
  readonly bytesRead: number;
  /** Up to `length` bytes from `offset` on, in a buffer of their own; fewer only at the file's end. ARCHIVE_UNREADABLE. */
  read(offset: number, length: number): Promise<Buffer>;
  /** Whether size, mtime or inode differ from what they were when the file was opened. */
  hasChanged(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Opens an archive's file. A path that is no regular file is never opened: a FIFO would wait for its writer.
 * ARCHIVE_NOT_FOUND, ARCHIVE_UNREADABLE.
 */
export async function openSource(path: string): Promise<Source> {
  try {
    refuseIrregular(path, await stat(path, { bigint: true }));
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return await makeSource(path, handle);
  } catch (error) {
    throw openFault(path, error);
  }
}

async function makeSource(path: string, handle: FileHandle): Promise<Source> {
  const opened = await closingOnFault(handle, async () => {
    const stats = await handle.stat({ bigint: true });
    refuseIrregular(path, stats);
    return stats;
  });
  let bytesRead = 0;
  return {
    path,
    size: Number(opened.size),
    mtime: Number(opened.mtimeMs),
    get bytesRead() {
      return bytesRead;
    },
    read: async (offset, length) => {
      const bytes = await readFully(path, handle, offset, length);
      bytesRead += bytes.length;
      return bytes;
    },
    hasChanged: async () => {
      const now = [await handle.stat({ bigint: true }), await stat(path, { bigint: true }).catch(() => undefined)];
      return now.some((stats) => stats === undefined || !isSame(opened, stats));
    },
    close: () => handle.close(),
  };
}

async function readFully(path: string, handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = length === CHUNK_BYTES ? takeChunk() : Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await readOnce(path, handle, buffer, filled, offset);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

async function readOnce(path: string, handle: FileHandle, buffer: Buffer, filled: number, offset: number) {
  try {
    return await handle.read(buffer, filled, buffer.length - filled, offset + filled);
  } catch (error) {
    throw openFault(path, error);
  }
}

function isSame(a: BigIntStats, b: BigIntStats): boolean {
  return a.size === b.size && a.mtimeNs === b.mtimeNs && a.ino === b.ino && a.dev === b.dev;
}

function refuseIrregular(path: string, stats: BigIntStats): void {
  if (stats.isFile()) return;
  throw fault(
    'ARCHIVE_UNREADABLE',
    { path },
    {
      message: `${path} is ${kindOf(stats)}, not a regular file`,
      next: 'give the path of a checkpoint archive',
      facts: { kind: kindOf(stats) },
    },
  );
}

function kindOf(stats: BigIntStats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a FIFO';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

async function closingOnFault<T>(handle: FileHandle, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function openFault(path: string, error: unknown): unknown {
  if (error instanceof ThawError) return error;
  const errno = errnoOf(error) ?? 'unknown';
  if (errno === 'ENOENT' || errno === 'ENOTDIR') {
    return fault(
      'ARCHIVE_NOT_FOUND',
      { path },
      {
        message: `there is no file ${path}`,
        next: 'check the path; on shared storage, check that it is mounted',
        facts: { errno },
        cause: error,
      },
    );
  }
  return fault(
    'ARCHIVE_UNREADABLE',
    { path },
    {
      message: `${path} cannot be read: ${errno}`,
      next: ADVICE[errno] ?? 'check the file and the disk that it is on',
      facts: { errno },
      cause: error,
    },
  );
}

/** What to do about the errnos that people meet. */
const ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'engines write archives with mode 0600 as root: run as a user who may read it, or change its owner or mode',
  EPERM: 'run as a user who may read it, or change its owner or mode',
};
