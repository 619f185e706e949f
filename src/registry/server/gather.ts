import type { IncomingMessage } from 'node:http';
import { CHUNK_BYTES, takeChunk } from '../../oci/chunk-pool.ts';

/** Whole chunks that may wait for their reader; then the sender has to. */
const MOST_WAITING = 2;

/**
 * The body of a request in chunks of CHUNK_BYTES from the common pool, the last one shorter; their reader may recycle
 * them. The small buffers that Node reads a body into are given up one by one as they come: left to the garbage
 * collector, they cost as much as hashing does. A body that breaks off throws after its last byte. `check` is called
 * with the bytes that have arrived; what it throws ends the body. Stopping half-way leaves the connection open.
 */
export async function* gather(req: IncomingMessage, check: (size: number) => void): AsyncGenerator<Uint8Array> {
  const body = new Gathering(req, check);
  try {
    for (let chunk = await body.next(); chunk !== undefined; chunk = await body.next()) yield chunk;
  } finally {
    body.stop();
  }
}

class Gathering {
  readonly #req: IncomingMessage;
  readonly #check: (size: number) => void;
  readonly #whole: Buffer[] = [];
  #chunk: Buffer | undefined;
  #used = 0;
  #size = 0;
  #over: { readonly error?: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(req: IncomingMessage, check: (size: number) => void) {
    this.#req = req;
    this.#check = check;
    req.on('data', this.#take).on('end', this.#end).on('error', this.#end).on('close', this.#cut);
    if (req.readableEnded) this.#end();
    else if (req.destroyed) this.#cut();
  }

  /** Undefined when the body is whole. */
  async next(): Promise<Uint8Array | undefined> {
    while (this.#whole.length === 0 && this.#over === undefined) {
      this.#req.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#whole.shift() ?? this.#last();
  }

  stop(): void {
    this.#req.off('data', this.#take).off('end', this.#end).off('error', this.#end).off('close', this.#cut).pause();
  }

  /** What stands in a chunk that did not get full, then how it ended. */
  #last(): Uint8Array | undefined {
    const last = this.#chunk?.subarray(0, this.#used);
    this.#chunk = undefined;
    if (last === undefined && this.#over !== undefined && 'error' in this.#over) throw this.#over.error;
    return last;
  }

  readonly #take = (data: Buffer): void => {
    if (this.#over !== undefined) return;
    try {
      this.#size += data.length;
      this.#check(this.#size);
    } catch (error) {
      this.#end(error);
      return;
    }
    for (let at = 0; at < data.length; ) at += this.#copy(data, at);
    giveUp(data);
    if (this.#whole.length >= MOST_WAITING) this.#req.pause();
    if (this.#whole.length > 0) this.#wake();
  };

  /** Copies as much as the chunk has room for, and tells how much. */
  #copy(data: Buffer, at: number): number {
    this.#chunk ??= takeChunk();
    const copied = data.copy(this.#chunk, this.#used, at);
    this.#used += copied;
    if (this.#used < CHUNK_BYTES) return copied;
    this.#whole.push(this.#chunk);
    this.#chunk = undefined;
    this.#used = 0;
    return copied;
  }

  readonly #end = (error?: unknown): void => {
    this.#over ??= error === undefined ? {} : { error };
    this.#wake();
  };

  readonly #cut = (): void => this.#end(new Error('the connection closed before the body ended'));
}

/** Frees a buffer's memory now. One that is a part of a larger buffer is left alone. */
function giveUp({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
