import { readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { OwnPrograms } from '../../../src/node/programs.ts';
import { temporaryFolder } from '../fixtures.ts';

/** What a node's processes and sockets are in: not part of what is installed. */
const LIVE = /^(proc|run)(\/|$)/;

/** Everything in a root by its path: the text of files, where links lead, and the folders. */
export async function everythingIn(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const found = entries.map(async (entry): Promise<[string, string] | undefined> => {
    const path = join(entry.parentPath, entry.name);
    const name = relative(root, path);
    if (LIVE.test(name)) return undefined;
    if (entry.isDirectory()) return [name, 'folder'];
    return [name, entry.isSymbolicLink() ? `-> ${await readlink(path)}` : await readFile(path, 'utf8')];
  });
  const all = await Promise.all(found);
  return Object.fromEntries(all.filter((each) => each !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Stand-ins for what thaw brings to a node. */
export async function ownPrograms(t: ExecutionContext, text = 'thaw itself'): Promise<OwnPrograms> {
  const executable = join(await temporaryFolder(t), 'thaw');
  await writeFile(executable, text);
  return { executable, front: '#!/bin/sh\n# the front\n' };
}
