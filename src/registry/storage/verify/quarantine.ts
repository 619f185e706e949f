import { rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Digest } from '../../../oci/digest.ts';
import { makeFolder, moveDurably, syncFolder } from '../durable.ts';
import { isMissing, onDisk } from '../failure.ts';
import { quarantined, type StoragePaths } from '../paths.ts';

/**
 * Moves a damaged blob to where nobody serves it: pulls get 404 instead of wrong bytes, and a push sends it anew. Gives
 * where it is; undefined where it has gone, or where another file (`inode` was the damaged one's) stands there now.
 */
export async function quarantine(paths: StoragePaths, digest: Digest, inode: number): Promise<string | undefined> {
  const from = paths.blobData(digest);
  const to = quarantined(paths, digest);
  return onDisk(from, async () => {
    await makeFolder(dirname(to));
    try {
      await rename(from, to);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    if ((await stat(to)).ino !== inode) {
      await moveDurably(to, from);
      return undefined;
    }
    await Promise.all([syncFolder(dirname(from)), syncFolder(dirname(to))]);
    return to;
  });
}
