import { type Stats, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { orMissing } from './failure.ts';

/** Milliseconds for which a file must have rested: one that was just written could change again within a tick of its times. */
const RESTED = 2_000;

/** What is kept of a file. */
interface Entry<Value> {
  readonly ino: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly size: number;
  readonly value: Value;
}

/**
 * What small files hold, kept in memory. Each time it is asked for, the file is looked at, so whatever another process
 * does to it is seen. That look is synchronous: where the kernel has the file at hand it takes a microsecond, and a turn
 * through the thread pool takes fifty. Only files that were read before are looked at in this way.
 */
export class FileCache<Value> {
  readonly #most: number;
  readonly #entries = new Map<string, Entry<Value>>();

  /** `most` is the number of files; the one that was asked for longest ago makes room. */
  constructor(most: number) {
    this.#most = most;
  }

  /** What a file holds, as `read` reads it; undefined where it is not there. What `read` throws is thrown. */
  async read(path: string, read: (handle: FileHandle, size: number) => Promise<Value>): Promise<Value | undefined> {
    const entry = this.#entries.get(path);
    if (entry !== undefined) {
      this.#entries.delete(path);
      if (!isSame(entry, look(path))) return this.#load(path, read);
      this.#entries.set(path, entry);
      return entry.value;
    }
    return this.#load(path, read);
  }

  async #load(path: string, read: (handle: FileHandle, size: number) => Promise<Value>): Promise<Value | undefined> {
    const handle = await orMissing(open(path, 'r'));
    if (handle === undefined) return undefined;
    try {
      const { ino, mtimeMs, ctimeMs, size } = await handle.stat();
      const value = await read(handle, size);
      if (Date.now() - Math.max(mtimeMs, ctimeMs) > RESTED) this.#keep(path, { ino, mtimeMs, ctimeMs, size, value });
      return value;
    } finally {
      await handle.close();
    }
  }

  #keep(path: string, entry: Entry<Value>): void {
    this.#entries.set(path, entry);
    if (this.#entries.size <= this.#most) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}

/** Undefined where it cannot be looked at, whyever: then reading it tells. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function isSame({ ino, mtimeMs, ctimeMs, size }: Entry<unknown>, found: Stats | undefined): boolean {
  return (
    found !== undefined &&
    found.ino === ino &&
    found.mtimeMs === mtimeMs &&
    found.ctimeMs === ctimeMs &&
    found.size === size
  );
}
