import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** Copies programs of this machine, and the libraries that they are linked against, into a root, at the same places. */
export async function copyPrograms(root: string, programs: readonly string[]): Promise<void> {
  const libraries = await Promise.all(programs.map(librariesOf));
  for (const path of new Set([...programs, ...libraries.flat()])) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await copyFile(path, join(root, path));
  }
}

async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await execa('ldd', [program]);
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
}
