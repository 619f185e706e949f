import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { type Algorithm, type Digest, finishDigest } from '../../oci/digest.ts';

const CHUNK = 1024 * 1024;

/** The bytes of a file from `start` up to, not including, `end`; each chunk is the reader's own. Fewer if it is shorter. */
export async function* readChunks(
  handle: FileHandle,
  { start = 0, end = Number.POSITIVE_INFINITY, size = CHUNK }: { start?: number; end?: number; size?: number } = {},
): AsyncGenerator<Buffer> {
  for (let at = start; at < end; ) {
    const length = Math.min(size, end - at);
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(length), 0, length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield bytesRead === length ? buffer : buffer.subarray(0, bytesRead);
  }
}

/** The digest of a whole file. */
export async function digestOfFile(handle: FileHandle, algorithm: Algorithm): Promise<Digest> {
  const hash = createHash(algorithm);
  for await (const chunk of readChunks(handle)) hash.update(chunk);
  return finishDigest(hash, algorithm);
}
