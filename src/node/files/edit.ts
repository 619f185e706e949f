import { rm, stat } from 'node:fs/promises';
import type { Host } from '../host/host.ts';
import { onNode, readText } from '../host/read.ts';
import type { Manifest } from './manifest.ts';
import type { PlannedEdit } from './plan.ts';
import { digestOf, digestOfPlanned, writeFileWhole } from './write.ts';

/** An edited file of somebody else: where its text without thaw is, and the digest of the one with it. */
export type EditRecord = Manifest['edits'][string];

/** What is written down of an edit before it is done. */
export async function editRecord({ path, after }: PlannedEdit): Promise<[path: string, record: EditRecord]> {
  return [path, { backup: `${path}.before-thaw`, after: await digestOfText(after) }];
}

/** Changes somebody else's file; its text without thaw stands beside it. */
export async function writeEdit(host: Host, edit: PlannedEdit): Promise<void> {
  const { path, before, after } = edit;
  const [, { backup }] = await editRecord(edit);
  await writeFileWhole(host, { path: backup, content: before, mode: 0o600 });
  await writeFileWhole(host, { path, content: after, mode: await modeOf(host, path) });
}

/** Gives an edited file its text without thaw; false where it was changed again since, and so is left as it is. */
export async function revertEdit(host: Host, path: string, { backup, after }: EditRecord): Promise<boolean> {
  const before = await readText(host, backup);
  if (before === undefined) return true;
  const now = await digestOf(host, path);
  if (now === after) await writeFileWhole(host, { path, content: before, mode: await modeOf(host, path) });
  else if (now !== (await digestOfText(before))) return false;
  await removeFile(host, backup);
  return true;
}

/** Removes a file of the node, where it is there. */
export async function removeFile(host: Host, path: string): Promise<void> {
  await onNode(path, async () => rm(await host.at(path), { force: true }));
}

/** The permissions of a file of the node. */
export async function modeOf(host: Host, path: string): Promise<number> {
  return onNode(path, async () => (await stat(await host.at(path))).mode & 0o7777);
}

function digestOfText(content: string): Promise<string> {
  return digestOfPlanned({ path: '', content, mode: 0 });
}
