import { opendir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { onDisk, orMissing } from './failure.ts';
import type { StoragePaths } from './paths.ts';

/** What a data folder holds. */
export interface DiskUse {
  /** Blobs and manifests. */
  readonly blobs: number;
  /** Bytes of them. */
  readonly bytes: number;
}

/** Bytes of the disk that a data folder is on. */
export interface DiskSpace {
  readonly size: number;
  readonly free: number;
}

/** Counts what stands under `blobs/`. Looks at every blob, so remember what it gives. STORAGE_FAILED. */
export async function measureDiskUse(paths: StoragePaths): Promise<DiskUse> {
  return onDisk(paths.blobs, async () => {
    let blobs = 0;
    let bytes = 0;
    for await (const size of blobSizes(paths.blobs, 3)) {
      blobs += 1;
      bytes += size;
    }
    return { blobs, bytes };
  });
}

/** How large a data folder's disk is, and how much of it whoever runs this may still use. STORAGE_FAILED. */
export async function measureDiskSpace({ root }: Pick<StoragePaths, 'root'>): Promise<DiskSpace> {
  const { bsize, blocks, bavail } = await onDisk(root, () => statfs(root));
  return { size: blocks * bsize, free: bavail * bsize };
}

/** `<algorithm>/<first 2 hex>/<hex>/data`: three folders down. What is removed meanwhile is passed over. */
async function* blobSizes(folder: string, depth: number): AsyncGenerator<number> {
  if (depth === 0) {
    const data = await orMissing(stat(join(folder, 'data')));
    if (data !== undefined) yield data.size;
    return;
  }
  const entries = await orMissing(opendir(folder));
  if (entries === undefined) return;
  for await (const entry of entries) {
    if (entry.isDirectory()) yield* blobSizes(join(folder, entry.name), depth - 1);
  }
}
