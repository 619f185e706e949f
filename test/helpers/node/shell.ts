import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { FakeNode } from './fake-node.ts';

/** Gives a fake node this machine's shell with its libraries, so that programs can be run in its root. */
export async function giveShell({ root }: FakeNode): Promise<void> {
  const { stdout } = await execa('ldd', ['/bin/sh']);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
  for (const path of ['/bin/sh', ...libraries]) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await copyFile(path, join(root, path));
  }
}

/** Gives a fake node a program that prints a text. */
export async function giveProgram(node: FakeNode, path: string, text: string): Promise<void> {
  await node.write(path, `#!/bin/sh\necho '${text}'\n`);
  await chmod(join(node.root, path), 0o755);
}
