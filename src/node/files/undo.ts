import type { Host } from '../host/host.ts';
import { readText } from '../host/read.ts';
import { modeOf, removeFile } from './edit.ts';
import { type Manifest, readManifest, writeManifest } from './manifest.ts';
import { writeFileWhole } from './write.ts';

/** A file as it was: its text and permissions; undefined where there was none. */
export interface Former {
  readonly path: string;
  readonly was: { readonly content: string; readonly mode: number } | undefined;
}

/** A file that is about to be written, as it is. */
export async function formerFile(host: Host, path: string): Promise<Former> {
  const content = await readText(host, path);
  return { path, was: content === undefined ? undefined : { content, mode: await modeOf(host, path) } };
}

/** Puts files back to what they were under an earlier manifest, the last one written first. What else was done stays. */
export async function putBack(host: Host, former: readonly Former[], earlier: Manifest): Promise<void> {
  const now = await readManifest(host);
  for (const { path, was } of [...former].reverse()) {
    if (was === undefined) await removeFile(host, path);
    else await writeFileWhole(host, { path, ...was });
  }
  for (const [path, { backup }] of Object.entries(now.edits)) {
    if (earlier.edits[path] === undefined) await removeFile(host, backup);
  }
  const undone = new Set(former.map(({ path }) => path));
  const others = Object.entries(now.files).filter(([path]) => !undone.has(path));
  await writeManifest(host, {
    ...earlier,
    files: { ...earlier.files, ...Object.fromEntries(others) },
    folders: now.folders,
  });
}
