import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Digest, isDigest } from '../../oci/digest.ts';
import { removeFolder, syncFolder, writeDurably } from './durable.ts';
import { onDisk, orMissing } from './failure.ts';
import { FileCache } from './file-cache.ts';
import { refresh } from './refresh.ts';

/** Links that were read lately: tags and manifests that many nodes pull at once. */
const lately = new FileCache<string>(8_192);

/** The digest that a link file holds; undefined where there is none, or where a crash of another program emptied it. */
export async function readLink(path: string): Promise<Digest | undefined> {
  const text = await onDisk(path, () => lately.read(path, (handle) => handle.readFile('utf8')));
  return text !== undefined && isDigest(text) ? text : undefined;
}

/** Whether a link is there. */
export async function hasLink(path: string): Promise<boolean> {
  return (await onDisk(path, () => orMissing(stat(path)))) !== undefined;
}

/** Writes a link, after what it points at; one that is there already is only made to last, and its age begins anew. */
export async function writeLink(temporary: string, path: string, digest: Digest): Promise<void> {
  if (!(await renewLink(path, digest))) await writeDurably(temporary, path, digest);
}

/** Removes a link and the folder that holds it; false where there was none. */
export async function removeLink(temporary: string, path: string): Promise<boolean> {
  return removeFolder(temporary, dirname(path));
}

/** False where there is no such link, or where it went at that moment. */
async function renewLink(path: string, digest: Digest): Promise<boolean> {
  if ((await readLink(path)) !== digest || (await refresh(path)) === undefined) return false;
  return onDisk(path, async () => {
    await orMissing(syncFolder(dirname(path)));
    return hasLink(path);
  });
}
