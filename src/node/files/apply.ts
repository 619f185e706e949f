import { dirname } from 'node:path';
import type { Host } from '../host/host.ts';
import { type Change, changesOf } from './check.ts';
import { editRecord, writeEdit } from './edit.ts';
import { MANIFEST, type Manifest, readManifest, writeManifest } from './manifest.ts';
import type { Plan, PlannedFile } from './plan.ts';
import { formerFile, putBack } from './undo.ts';
import { makeFolders, writeFileWhole } from './write.ts';

/** What was done. */
export interface Applied {
  /** The files that were written, in this order. */
  readonly written: readonly string[];
  /** Whether the registry's files are among them. */
  readonly changesRegistry: boolean;
  /** Whether something that the runtime reads when it starts is among them. */
  readonly changesSettings: boolean;
  /** Puts back what the runtime reads when it starts. */
  undo(): Promise<void>;
}

export interface ApplyOptions {
  /** The process of the runtime, which has not read what is written now. */
  readonly daemon: number;
  /** Whether files of thaw's that somebody has changed are overwritten. */
  readonly force: boolean;
}

/**
 * Does what a plan says: first it is written down what will be written, then programs, registry, settings and edits;
 * nothing where one file may not be written. Killed at any moment, it can be done again, or undone.
 * Throws FILE_EXISTS, NODE_FILE_CHANGED, STORAGE_FULL, STORAGE_FAILED.
 */
export async function applyPlan(host: Host, plan: Plan, { daemon, force }: ApplyOptions): Promise<Applied> {
  const earlier = await readManifest(host);
  const look = (files: readonly PlannedFile[]) => changesOf(host, files, earlier, force);
  const [programs, registry, settings] = [
    await look(plan.programs),
    await look(plan.registry),
    await look(plan.settings),
  ];
  const changes = [...programs, ...registry, ...settings];
  const written = [...changes.map(({ file }) => file.path), ...plan.edits.map(({ path }) => path)];
  const changesSettings = settings.length + plan.edits.length > 0;
  const outcome = { written, changesSettings, changesRegistry: registry.length > 0 };
  if (written.length === 0) return { ...outcome, undo: async () => {} };
  const folders = await makeAllFolders(host, [MANIFEST, ...written]);
  const intended: Manifest = {
    ...earlier,
    files: { ...earlier.files, ...digests(changes, ({ digest, before = digest }) => [...new Set([digest, before])]) },
    edits: { ...earlier.edits, ...Object.fromEntries(await Promise.all(plan.edits.map(editRecord))) },
    folders: [...new Set([...earlier.folders, ...folders])],
    ...(changesSettings ? { unread: daemon } : {}),
  };
  await writeManifest(host, intended);
  const readAtStart = [...settings.map(({ file }) => file.path), ...plan.edits.map(({ path }) => path)];
  const former = await Promise.all(readAtStart.map((path) => formerFile(host, path)));
  for (const { file } of changes) await writeFileWhole(host, file);
  for (const edit of plan.edits) await writeEdit(host, edit);
  await writeManifest(host, {
    ...intended,
    files: { ...intended.files, ...digests(changes, ({ digest }) => [digest]) },
  });
  return { ...outcome, undo: () => putBack(host, former, earlier) };
}

async function makeAllFolders(host: Host, paths: readonly string[]): Promise<string[]> {
  const made: string[] = [];
  for (const folder of new Set(paths.map((path) => dirname(path)))) made.push(...(await makeFolders(host, folder)));
  return made;
}

/** Until it is known that it was written, a file may be the old one or the new one. */
function digests(changes: readonly Change[], which: (change: Change) => string[]): Manifest['files'] {
  return Object.fromEntries(changes.map((change) => [change.file.path, which(change)]));
}
