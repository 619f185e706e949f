import { rmdir } from 'node:fs/promises';
import type { Host } from '../host/host.ts';
import { refuseChanged } from './check.ts';
import { removeFile, revertEdit } from './edit.ts';
import { MANIFEST, type Manifest } from './manifest.ts';
import { digestOf } from './write.ts';

/** Throws NODE_FILE_CHANGED where one of thaw's files is not as thaw left it. */
export async function refuseAnyChanged(host: Host, manifest: Manifest): Promise<void> {
  for (const path of Object.keys(manifest.files)) {
    const digest = await digestOf(host, path);
    if (digest !== undefined) refuseChanged(path, digest, manifest);
  }
}

/** Reverts all edits; gives the files that somebody has changed again since, which are left as they are. */
export async function revertEdits(host: Host, manifest: Manifest): Promise<string[]> {
  const left: string[] = [];
  for (const [path, record] of Object.entries(manifest.edits)) {
    if (!(await revertEdit(host, path, record))) left.push(path);
  }
  return left;
}

/** Removes some of thaw's files, the last one written first. */
export async function removeFiles(host: Host, paths: readonly string[]): Promise<void> {
  for (const path of [...paths].reverse()) await removeFile(host, path);
}

/** Removes what was written down, and the folders that thaw made and nobody else uses. */
export async function removeTraces(host: Host, { folders }: Manifest): Promise<void> {
  await removeFile(host, MANIFEST);
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    await rmdir(await host.at(folder)).catch(() => {});
  }
}
