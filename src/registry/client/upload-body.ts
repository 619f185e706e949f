import { recycleChunk } from '../../oci/chunk-pool.ts';
import { readAhead } from '../../oci/read-ahead.ts';
import type { BlobSource } from '../target.ts';
import type { UploadLedger } from './upload-ledger.ts';
import { mismatch } from './verify.ts';

/** The body of one PATCH: a source's bytes from an offset on, hashed on their way. */
export interface UploadBody extends AsyncIterable<Uint8Array> {
  /** Absolute position up to which bytes were given out. */
  readonly position: number;
  /** Whether the source was given out to its end. */
  readonly complete: boolean;
  /** Why the source could not be read to its end. */
  readonly failure: unknown;
  /** Gives out nothing more and lets the source go. */
  stop(): void;
}

export interface UploadBodyOptions {
  readonly source: BlobSource;
  readonly offset: number;
  readonly ledger: UploadLedger;
  readonly onBytes?: ((sent: number) => void) | undefined;
}

/**
 * A body that ends early, without an error of its own, when it is stopped or the source fails (`failure` says why): a
 * chunked request that ends in good order leaves a session that can be deleted, a broken one does not on every
 * registry (Distribution 2.8 then refuses every request to the session).
 */
export function createUploadBody({ source, offset, ledger, onBytes }: UploadBodyOptions): UploadBody {
  const reading = new AbortController();
  const state: { position: number; complete: boolean; failure: unknown } = {
    position: offset,
    complete: false,
    failure: undefined,
  };

  /** Each chunk hashed, with the position behind it. */
  async function* hashed(): AsyncGenerator<{ chunk: Uint8Array; end: number }, void, undefined> {
    let end = offset;
    for await (const chunk of source.open(offset, reading.signal)) {
      if (reading.signal.aborted) return;
      assertNotLonger(source, end + chunk.byteLength);
      const hashing = ledger.take(chunk, end);
      if (hashing !== undefined) await hashing;
      end += chunk.byteLength;
      yield { chunk, end };
    }
    assertNotShorter(source, end);
  }

  /** The next chunk is hashed while the socket is still busy with the one before. */
  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    let sent: Uint8Array | undefined;
    for await (const { chunk, end } of readAhead(hashed())) {
      if (reading.signal.aborted) return;
      state.position = end;
      yield chunk;
      // A chunk is larger than a socket's buffer, so whoever asks for the next one has waited until this one was
      // flushed; the one before it is certainly gone.
      if (sent !== undefined) recycleChunk(sent);
      sent = chunk;
      onBytes?.(state.position);
    }
    state.complete = !reading.signal.aborted;
  }

  async function* readOrStop(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* read();
    } catch (error) {
      if (!reading.signal.aborted) state.failure = error;
    }
  }

  return {
    get position() {
      return state.position;
    },
    get complete() {
      return state.complete;
    },
    get failure() {
      return state.failure;
    },
    stop: () => reading.abort(),
    [Symbol.asyncIterator]: readOrStop,
  };
}

function assertNotLonger({ size }: BlobSource, position: number): void {
  if (size !== undefined && position > size) throw wrongSize(size, position);
}

function assertNotShorter({ size }: BlobSource, position: number): void {
  if (size !== undefined && position < size) throw wrongSize(size, position);
}

function wrongSize(wanted: number, found: number) {
  return mismatch(`the source of a blob gave ${found} bytes where it said ${wanted}`, { wanted, found });
}
