import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FILE_MODE } from './durable.ts';
import { onDisk } from './failure.ts';
import type { StoragePaths } from './paths.ts';

/** Writes a byte into the data folder and removes it again. STORAGE_FULL or STORAGE_FAILED where that cannot be done. */
export async function tryWriting({ temporary }: Pick<StoragePaths, 'temporary'>): Promise<void> {
  const file = join(temporary, randomUUID());
  await onDisk(file, async () => {
    try {
      await writeFile(file, '.', { flag: 'wx', mode: FILE_MODE, flush: true });
    } finally {
      await rm(file, { force: true });
    }
  });
}
