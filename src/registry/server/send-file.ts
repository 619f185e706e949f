import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import type { Part } from './range.ts';

/** Large enough for few system calls, small enough for many clients at once. */
const CHUNK = 512 * 1024;

/**
 * Sends a part of a file as a response's body and ends it: while one chunk goes out, the next is read. Ends early, without
 * an error, when the client goes away; throws when the file is shorter than it should be.
 */
export async function sendFile(res: ServerResponse, handle: FileHandle, { start, end }: Part): Promise<void> {
  let next = readChunk(handle, start, end);
  for (let at = start; at < end; ) {
    const chunk = await next;
    if (chunk.length === 0) throw new Error(`the file ends at ${at} instead of ${end}`);
    at += chunk.length;
    if (at < end) next = readChunk(handle, at, end);
    const drained = res.write(chunk) || (await hasDrained(res));
    if (!drained || res.destroyed) {
      if (at < end) await next;
      return;
    }
  }
  res.end();
}

async function readChunk(handle: FileHandle, at: number, end: number): Promise<Buffer> {
  const length = Math.min(CHUNK, end - at);
  const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

/** False when the connection closed instead. */
async function hasDrained(res: ServerResponse): Promise<boolean> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    return await Promise.race([
      once(res, 'drain', { signal }).then(() => true),
      once(res, 'close', { signal }).then(() => false),
    ]);
  } finally {
    settled.abort();
  }
}
