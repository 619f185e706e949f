import { createHash } from 'node:crypto';
import { type Algorithm, type Digest, finishDigest } from '../../oci/digest.ts';

/** A running digest. `update` may answer at once or later, so that the hashing can be done on another thread. */
export interface Hasher {
  update(chunk: Uint8Array): void | Promise<void>;
  digest(): Digest | Promise<Digest>;
}

/** A hasher on this thread. */
export function createHasher(algorithm: Algorithm): Hasher {
  const hash = createHash(algorithm);
  return {
    update: (chunk) => void hash.update(chunk),
    digest: () => finishDigest(hash, algorithm),
  };
}
