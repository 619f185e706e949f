import { randomFillSync } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Header } from 'tar';
import { openArchive } from '../../src/builder/archive/open.ts';
import { fixturePath } from './fixtures.ts';

const MiB = 2 ** 20;

/**
 * A real archive of CRI-O with members of random bytes added under checkpoint/, by their sizes in MiB; written to `path`.
 * It still is a checkpoint: CRIU's own pages stay as they are.
 */
export async function writeLargeArchive(path: string, sizes: readonly number[]): Promise<void> {
  const archive = await openArchive(fixturePath('crio/web'));
  const file = await open(path, 'w', 0o600);
  try {
    const end = archive.members.at(-1)?.end ?? 0;
    for await (const chunk of archive.bytes(0, end)) await file.write(chunk);
    for (const [index, size] of sizes.entries()) {
      const block = Buffer.alloc(512);
      const mtime = new Date(1_700_000_000_000);
      new Header({ path: `checkpoint/extra-${index}.img`, size: size * MiB, mode: 0o600, mtime }).encode(block);
      await file.write(block);
      const chunk = randomFillSync(Buffer.alloc(MiB));
      for (let written = 0; written < size; written += 1) await file.write(chunk);
    }
    await file.write(Buffer.alloc(1024));
  } finally {
    await file.close();
    await archive.close();
  }
}
