import { rm, stat } from 'node:fs/promises';
import type { Host } from '../host/host.ts';
import { onNode, readText } from '../host/read.ts';
import type { Manifest } from './manifest.ts';
import type { PlannedEdit } from './plan.ts';
import { digestOf, digestOfPlanned, writeFileWhole } from './write.ts';

/** An edited file of somebody else: where its former text is, and the digest of the new one. */
export type EditRecord = Manifest['edits'][string];

/** What is written down of an edit before it is done. */
export async function editRecord({ path, after }: PlannedEdit): Promise<[path: string, record: EditRecord]> {
  const digest = await digestOfPlanned({ path, content: after, mode: 0 });
  return [path, { backup: `${path}.before-thaw`, after: digest }];
}

/** Changes somebody else's file; its former text stands beside it. */
export async function writeEdit(host: Host, edit: PlannedEdit): Promise<void> {
  const { path, before, after } = edit;
  const [, { backup }] = await editRecord(edit);
  await writeFileWhole(host, { path: backup, content: before, mode: 0o600 });
  await writeFileWhole(host, { path, content: after, mode: await modeOf(host, path) });
}

/** Gives an edited file its former text; false where it was changed again since, and so is left as it is. */
export async function revertEdit(host: Host, path: string, { backup, after }: EditRecord): Promise<boolean> {
  const before = await readText(host, backup);
  if (before === undefined) return true;
  const now = await digestOf(host, path);
  if (now !== after) return now === (await digestOfPlanned({ path, content: before, mode: 0 }));
  await writeFileWhole(host, { path, content: before, mode: await modeOf(host, path) });
  await removeFile(host, backup);
  return true;
}

/** Removes a file of the node, where it is there. */
export async function removeFile(host: Host, path: string): Promise<void> {
  await onNode(path, async () => rm(await host.at(path), { force: true }));
}

async function modeOf(host: Host, path: string): Promise<number> {
  return onNode(path, async () => (await stat(await host.at(path))).mode & 0o7777);
}
