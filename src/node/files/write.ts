import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Host } from '../host/host.ts';
import { onNode, orAbsent } from '../host/read.ts';
import type { PlannedFile } from './plan.ts';

/**
 * Writes a file of the node whole and synced: whoever reads it sees the old one or the new one, also after a crash. Its
 * folder must be there.
 */
export async function writeFileWhole(host: Host, { path, content, mode }: PlannedFile): Promise<void> {
  await onNode(path, async () => {
    const place = await host.at(path);
    const temporary = temporaryFor(place);
    try {
      if (typeof content !== 'string') await copyFile(content.copyOf, temporary);
      const file = await open(temporary, typeof content === 'string' ? 'w' : 'r+', mode);
      try {
        if (typeof content === 'string') await file.writeFile(content);
        await file.chmod(mode);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, place);
      await syncFolder(dirname(place));
    } finally {
      await rm(temporary, { force: true });
    }
  });
}

/** Makes a folder and those above it; gives those that were not there before, the deepest last. */
export async function makeFolders(host: Host, path: string): Promise<string[]> {
  return onNode(path, async () => {
    const place = await host.at(path);
    const first = await mkdir(place, { recursive: true, mode: 0o755 });
    if (first === undefined) return [];
    const made: string[] = [];
    for (let [folder, at] = [path, place]; at.length >= first.length; [folder, at] = [dirname(folder), dirname(at)]) {
      made.unshift(folder);
      await syncFolder(dirname(at));
    }
    return made;
  });
}

/** The SHA-256 of a file of the node; undefined where there is none. */
export async function digestOf(host: Host, path: string): Promise<string | undefined> {
  return onNode(path, async () => orAbsent(hashFile(await host.at(path))));
}

/** The SHA-256 that a planned file will have. */
export async function digestOfPlanned({ content }: PlannedFile): Promise<string> {
  if (typeof content === 'string') return createHash('sha256').update(content).digest('hex');
  return onNode(content.copyOf, () => hashFile(content.copyOf));
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}

/** Whoever reads a folder of drop-ins may read all that is in it, so a file is not made there but beside it. */
function temporaryFor(path: string): string {
  const folder = dirname(path);
  const name = `.${basename(path)}.${randomUUID()}`;
  return join(folder.endsWith('.d') ? dirname(folder) : folder, name);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
