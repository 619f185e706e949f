import type { Algorithm, Digest } from '../../oci/digest.ts';
import { createHasher } from './hash.ts';

/** Hashes each byte of a blob once, however often parts of it are sent. */
export interface UploadLedger {
  /** How many bytes from the beginning have been hashed. */
  readonly hashed: number;
  /** Takes the bytes that stand at `position`; those already hashed are passed over. */
  take(chunk: Uint8Array, position: number): void | Promise<void>;
  /** The digest of all bytes taken. Closes the ledger; further calls give the same digest. */
  digest(): Promise<Digest>;
}

export function createUploadLedger(algorithm: Algorithm): UploadLedger {
  const hasher = createHasher(algorithm);
  let hashed = 0;
  let digest: Promise<Digest> | undefined;
  return {
    get hashed() {
      return hashed;
    },
    take(chunk, position) {
      const fresh = chunk.subarray(Math.min(hashed - position, chunk.byteLength));
      hashed += fresh.byteLength;
      return fresh.byteLength === 0 ? undefined : hasher.update(fresh);
    },
    digest() {
      digest ??= Promise.resolve(hasher.digest());
      return digest;
    },
  };
}
