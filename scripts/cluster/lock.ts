import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { execa } from 'execa';

/**
 * Does work that only one process on this machine may do at a time; the others wait. The lock is a flock(2) that a child
 * holds for as long as its standard input is open, so it cannot outlive this process, however that ends.
 */
export async function withLock<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  await mkdir(dirname(file), { recursive: true });
  const holder = execa('flock', [file, 'sh', '-c', 'echo held; exec cat >/dev/null'], { buffer: false });
  try {
    // It prints one line once it has the lock; when it ends instead, the second throws.
    await Promise.race([once(holder.stdout, 'data'), holder]);
    return await work();
  } finally {
    holder.stdin.end();
    await holder;
  }
}
