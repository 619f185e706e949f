/**
 * Memory for bytes on their way, used again. A gigabyte read into fresh buffers makes V8 mark its heap some thirty times,
 * a third of what a conversion costs; a few buffers that go round cost nothing and stay in the processor's cache.
 */

/** Bytes of a chunk: large enough that system calls and turns of the event loop cost little. */
export const CHUNK_BYTES = 1024 * 1024;

/** Chunks that are kept: what a handful of streams have on their way at once. */
const KEPT = 16;

const free: Buffer[] = [];
const ours = new WeakSet<ArrayBufferLike>();

/** A chunk of CHUNK_BYTES bytes, with whatever stood in it before. */
export function takeChunk(): Buffer {
  const chunk = free.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
  ours.add(chunk.buffer);
  return chunk;
}

/**
 * Gives a chunk back. Only its last user may, when its bytes are no longer needed anywhere: a written file, a flushed
 * socket. Whoever is not sure leaves it to the garbage collector. Any other buffer is passed over, a part of a chunk too.
 */
export function recycleChunk(chunk: Uint8Array): void {
  const { buffer, byteLength } = chunk;
  if (byteLength !== CHUNK_BYTES || !ours.delete(buffer) || free.length >= KEPT) return;
  free.push(Buffer.from(buffer, 0, CHUNK_BYTES));
}
