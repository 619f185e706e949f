/**
 * Memory for bytes on their way, used again. A gigabyte read into fresh buffers makes V8 mark its heap some thirty times,
 * a third of what a conversion costs; a few buffers that go round cost nothing and stay in the processor's cache.
 */
export class ChunkPool {
  /** Bytes of a chunk. */
  readonly bytes: number;
  /** Chunks that are kept: what a handful of streams have on their way at once. */
  readonly #kept: number;
  readonly #free: Buffer[] = [];
  readonly #ours = new WeakSet<ArrayBufferLike>();

  constructor(bytes: number, kept: number) {
    this.bytes = bytes;
    this.#kept = kept;
  }

  /** A whole chunk, with whatever stood in it before. */
  take(): Buffer {
    const chunk = this.#free.pop() ?? Buffer.allocUnsafeSlow(this.bytes);
    this.#ours.add(chunk.buffer);
    return chunk;
  }

  /**
   * Gives a chunk back. Only its last user may, when its bytes are no longer needed anywhere: a written file, a flushed
   * socket. Whoever is not sure leaves it to the garbage collector. Any other buffer is passed over, a part of a chunk too.
   */
  recycle(chunk: Uint8Array): void {
    const { buffer, byteLength } = chunk;
    if (byteLength !== this.bytes || !this.#ours.delete(buffer) || this.#free.length >= this.#kept) return;
    this.#free.push(Buffer.from(buffer, 0, this.bytes));
  }
}

/** Bytes of a chunk of the common pool: large enough that system calls and turns of the event loop cost little. */
export const CHUNK_BYTES = 1024 * 1024;

const common = new ChunkPool(CHUNK_BYTES, 16);

/** A chunk of CHUNK_BYTES bytes from the common pool; see ChunkPool.take. */
export function takeChunk(): Buffer {
  return common.take();
}

/** Gives a chunk back to the common pool; see ChunkPool.recycle for who may. */
export function recycleChunk(chunk: Uint8Array): void {
  common.recycle(chunk);
}
