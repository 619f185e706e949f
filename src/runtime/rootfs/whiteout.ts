import { readdirSync } from 'node:fs';
import { posix } from 'node:path';
import type { RootFolder } from './root-folder.ts';

/** OCI image specification 1.1.1, layer.md, "Whiteouts". */
const PREFIX = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** Whether a name in an image layer stands for a deletion. */
export function isWhiteout(name: string): boolean {
  return posix.basename(name).startsWith(PREFIX);
}

/**
 * Deletes the file that a whiteout stands for, or all that was in its folder before this layer. `written` are the names
 * that the layer has written, and the folders they are in.
 */
export function applyWhiteout(root: RootFolder, name: string, written: ReadonlySet<string>): void {
  const folder = posix.dirname(name) === '.' ? '' : `${posix.dirname(name)}/`;
  const file = posix.basename(name);
  if (file !== OPAQUE) {
    const hidden = file.slice(PREFIX.length);
    // `.wh...` would be the folder above.
    if (hidden !== '' && hidden !== '.' && hidden !== '..') root.remove(`${folder}${hidden}`);
    return;
  }
  for (const inside of namesIn(root, folder)) {
    const full = `${folder}${inside}`;
    if (!written.has(full)) root.remove(full);
  }
}

function namesIn(root: RootFolder, folder: string): string[] {
  // The name in the folder makes sure that the folder itself is no symlink.
  const path = root.find(`${folder}x`);
  return path === undefined ? [] : readdirSync(posix.dirname(path));
}
