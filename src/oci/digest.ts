import { createHash, type Hash } from 'node:crypto';

/** The digest algorithms of the OCI image specification 1.1.1 that thaw reads and writes. */
export const ALGORITHMS = { sha256: 64, sha512: 128 } as const;

export type Algorithm = keyof typeof ALGORITHMS;

/** `<algorithm>:<lower-case hex>`, e.g. `sha256:e3b0c442…`. */
export type Digest = `${Algorithm}:${string}`;

/** Whether a text is a well-formed digest of an algorithm that thaw knows. */
export function isDigest(text: string): text is Digest {
  const match = /^(sha256|sha512):([0-9a-f]+)$/.exec(text);
  return match !== null && match[2]?.length === ALGORITHMS[match[1] as Algorithm];
}

/** The two parts of a digest. */
export function splitDigest(digest: Digest): { algorithm: Algorithm; hex: string } {
  const colon = digest.indexOf(':');
  return { algorithm: digest.slice(0, colon) as Algorithm, hex: digest.slice(colon + 1) };
}

/** The digest of bytes that are in memory. */
export function digestOf(bytes: Uint8Array | string, algorithm: Algorithm = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** Closes a running hash and gives its digest. */
export function finishDigest(hash: Hash, algorithm: Algorithm = 'sha256'): Digest {
  return `${algorithm}:${hash.digest('hex')}`;
}
