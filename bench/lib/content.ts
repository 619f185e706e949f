import { createHash, randomFillSync } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, finishDigest } from '../../src/oci/digest.ts';

/** A file of random bytes, for a blob. */
export interface Content {
  readonly path: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

const MIB = 1024 * 1024;

/** Writes a file of random bytes. */
export async function makeContent(folder: string, name: string, size: number): Promise<Content> {
  const path = join(folder, name);
  const hash = createHash('sha256');
  const file = await open(path, 'w', 0o600);
  try {
    for (let at = 0; at < size; at += MIB) {
      const chunk = randomFillSync(Buffer.allocUnsafe(Math.min(MIB, size - at)));
      hash.update(chunk);
      await file.write(chunk);
    }
    await file.sync(); // lest it be written back while a registry's bytes are
  } finally {
    await file.close();
  }
  return { path, digest: finishDigest(hash, 'sha256'), size };
}
