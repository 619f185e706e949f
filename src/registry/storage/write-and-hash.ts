import type { Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { recycleChunk } from '../../oci/chunk-pool.ts';

/** Bytes that are gathered before they are written: large enough that system calls cost nothing. */
const BATCH = 1024 * 1024;
/** Bytes after which a sync is started while the body goes on arriving, so that the one at the end has little to do. */
const SYNC_EVERY = 64 * 1024 * 1024;

/** Whether such a sync runs: one at a time in the process, lest slow disks take every thread that reads and writes. */
let syncing = false;

/** What writeAndHash did: the file's new size, and what broke the body, if it broke. */
export interface Written {
  /** Bytes in the file now; all of them are in the hash as well. */
  readonly size: number;
  readonly broken?: { readonly error: unknown };
}

/** Who wants to know how far writeAndHash is. */
export interface Progress {
  /** Called with the bytes of the body that were taken so far. */
  readonly onBytes?: ((taken: number) => void) | undefined;
  /** Called with the file's size each time that it has grown. */
  readonly onWritten?: ((size: number) => void) | undefined;
}

/**
 * Writes a body to a file from an offset on and hashes it on the way: while one batch is being written, the next is
 * read and hashed. A body that breaks off keeps what arrived. A disk that fails throws; the hash is of no use then.
 */
export async function writeAndHash(
  handle: FileHandle,
  start: number,
  body: AsyncIterable<Uint8Array>,
  hash: Hash | undefined,
  { onBytes, onWritten }: Progress = {},
): Promise<Written> {
  const writer = new BatchWriter(handle, start, onWritten);
  let broken: Written['broken'];
  try {
    for await (const chunk of body) {
      hash?.update(chunk);
      await writer.push(chunk);
      onBytes?.(writer.size - start);
    }
  } catch (error) {
    broken = { error };
  }
  await writer.flush();
  return { size: writer.size, ...(broken && { broken }) };
}

class BatchWriter {
  /** Bytes in the file once all that was pushed is written. */
  size: number;
  readonly #handle: FileHandle;
  readonly #onWritten: Progress['onWritten'];
  #batch: Uint8Array[] = [];
  #batched = 0;
  #writing: Promise<void> = Promise.resolve();
  #syncing: Promise<void> = Promise.resolve();
  #unsynced = 0;

  constructor(handle: FileHandle, start: number, onWritten: Progress['onWritten']) {
    this.#handle = handle;
    this.#onWritten = onWritten;
    this.size = start;
  }

  async push(chunk: Uint8Array): Promise<void> {
    this.#batch.push(chunk);
    this.#batched += chunk.byteLength;
    this.size += chunk.byteLength;
    if (this.#batched >= BATCH) await this.#startWriting();
  }

  async flush(): Promise<void> {
    await this.#startWriting();
    await this.#writing;
    await this.#syncing;
  }

  async #startWriting(): Promise<void> {
    await this.#writing;
    const batch = this.#batch;
    const position = this.size - this.#batched;
    this.#syncBehind();
    this.#unsynced += this.#batched;
    this.#batch = [];
    this.#batched = 0;
    const end = this.size;
    this.#writing = writeAll(this.#handle, batch, position).then(() => {
      batch.forEach(recycleChunk);
      this.#onWritten?.(end);
    });
    this.#writing.catch(() => {}); // whoever awaits it next sees the failure
  }

  /** A failed sync is told once only, so it is kept until flush. */
  #syncBehind(): void {
    if (syncing || this.#unsynced < SYNC_EVERY) return;
    syncing = true;
    this.#unsynced = 0;
    this.#syncing = Promise.all([this.#syncing, this.#handle.datasync()])
      .then(() => undefined)
      .finally(() => {
        syncing = false;
      });
    this.#syncing.catch(() => {}); // flush sees the failure
  }
}

async function writeAll(handle: FileHandle, batch: Uint8Array[], position: number): Promise<void> {
  let rest = batch.filter((chunk) => chunk.byteLength > 0);
  let at = position;
  while (rest.length > 0) {
    const { bytesWritten } = await handle.writev(rest, at);
    at += bytesWritten;
    rest = without(rest, bytesWritten);
  }
}

function without(chunks: Uint8Array[], count: number): Uint8Array[] {
  let skip = count;
  return chunks.flatMap((chunk) => {
    const gone = Math.min(skip, chunk.byteLength);
    skip -= gone;
    return gone === chunk.byteLength ? [] : [chunk.subarray(gone)];
  });
}
