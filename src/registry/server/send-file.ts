import type { FileHandle } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { ChunkPool } from '../../oci/chunk-pool.ts';
import type { Part } from './range.ts';

/** Chunks large enough for few system calls, small enough for many clients at once. */
const pool = new ChunkPool(512 * 1024, 64);

/** A chunk, and how many bytes of the file stand in it. */
interface Filled {
  readonly chunk: Buffer;
  readonly length: number;
}

/**
 * Sends a part of a file as a response's body and ends it: while one chunk goes out, the next is read. Ends early, without
 * an error, when the client goes away; throws when the file is shorter than it should be.
 */
export async function sendFile(res: ServerResponse, handle: FileHandle, { start, end }: Part): Promise<void> {
  const writer = new ChunkWriter(res);
  let next = readChunk(handle, start, end);
  for (let at = start; at < end; ) {
    const filled = await next;
    if (filled.length === 0) throw new Error(`the file ends at ${at} instead of ${end}`);
    at += filled.length;
    if (at < end) next = readChunk(handle, at, end);
    if (await writer.write(filled)) continue;
    if (at < end) await next;
    return;
  }
  res.end();
}

async function readChunk(handle: FileHandle, at: number, end: number): Promise<Filled> {
  const chunk = pool.take();
  const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, end - at), at);
  return { chunk, length: bytesRead };
}

/** Writes chunks one after the other; one is used again as soon as the kernel has its bytes. */
class ChunkWriter {
  readonly #res: ServerResponse;
  #settle: (written: boolean) => void = () => {};

  constructor(res: ServerResponse) {
    this.#res = res;
    res.once('close', () => this.#settle(false)); // not every write is called back then
  }

  /** False when the connection closed instead. */
  async write({ chunk, length }: Filled): Promise<boolean> {
    if (this.#res.destroyed) return false;
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#res.write(length === chunk.length ? chunk : chunk.subarray(0, length), (error) => {
        if (!error) pool.recycle(chunk);
        resolve(!error);
      });
    });
  }
}
