import { open } from 'node:fs/promises';
import { type Digest, splitDigest } from '../../../oci/digest.ts';
import { onDisk, orMissing } from '../failure.ts';
import { blobFiles } from '../gc/blob-files.ts';
import type { StoragePaths } from '../paths.ts';
import { digestOfFile } from '../read-file.ts';
import type { Fault } from './fault.ts';
import { quarantine } from './quarantine.ts';

export interface VerifyBlobsOptions {
  readonly quarantine?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each blob with its bytes. */
  readonly onBlob?: ((bytes: number) => void) | undefined;
}

/** Hashes every blob and gives those whose bytes are not what their name says. Memory does not grow with the store. */
export async function* verifyBlobs(paths: StoragePaths, options: VerifyBlobsOptions): AsyncGenerator<Fault> {
  for await (const { digest, size } of blobFiles(paths)) {
    options.signal?.throwIfAborted();
    const hashed = await hashBlob(paths, digest);
    options.onBlob?.(size);
    if (hashed === undefined || hashed.found === digest) continue;
    const moved = options.quarantine ? await quarantine(paths, digest, hashed.inode) : undefined;
    yield { kind: 'blob-damaged', digest, found: hashed.found, ...(moved !== undefined && { quarantined: moved }) };
  }
}

/** Undefined where it was removed meanwhile. */
async function hashBlob(paths: StoragePaths, digest: Digest): Promise<{ found: Digest; inode: number } | undefined> {
  const path = paths.blobData(digest);
  return onDisk(path, async () => {
    const handle = await orMissing(open(path, 'r'));
    if (handle === undefined) return undefined;
    try {
      const { ino } = await handle.stat();
      return { found: await digestOfFile(handle, splitDigest(digest).algorithm), inode: ino };
    } finally {
      await handle.close();
    }
  });
}
