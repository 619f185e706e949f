import type { Host } from '../host/host.ts';
import { readText } from '../host/read.ts';
import { removeFile, revertEdit } from './edit.ts';
import { type Manifest, readManifest, writeManifest } from './manifest.ts';
import type { PlannedFile } from './plan.ts';
import { writeFileWhole } from './write.ts';

/** A file as it was: with its text, or none. */
export interface Former extends Pick<PlannedFile, 'path' | 'mode'> {
  readonly text: string | undefined;
}

/** A file that is about to be written, as it is. */
export async function formerFile(host: Host, { path, mode }: PlannedFile): Promise<Former> {
  return { path, mode, text: await readText(host, path) };
}

/** Puts what the runtime reads back to what it was under an earlier manifest. Programs stay: nothing runs them. */
export async function putBack(host: Host, former: readonly Former[], earlier: Manifest): Promise<void> {
  const now = await readManifest(host);
  for (const [path, record] of Object.entries(now.edits)) {
    if (earlier.edits[path] === undefined) await revertEdit(host, path, record);
  }
  for (const { path, text, mode } of [...former].reverse()) {
    if (text === undefined) await removeFile(host, path);
    else await writeFileWhole(host, { path, content: text, mode });
  }
  const settings = new Set(former.map(({ path }) => path));
  const programs = Object.entries(now.files).filter(([path]) => !settings.has(path));
  const files = { ...earlier.files, ...Object.fromEntries(programs) };
  await writeManifest(host, { ...earlier, files, folders: now.folders });
}
