import { join } from 'node:path';
import { ThawError } from '../../errors.ts';
import type { PlannedEdit, PlannedFile } from '../files/plan.ts';
import { containerdRegistryFiles } from '../registry/files.ts';
import { FRONT, type RuntimePlan, type Wishes } from '../runtime/wishes.ts';
import { HEAD } from '../toml.ts';
import { addImport } from './add-import.ts';
import type { ContainerdConfig } from './config.ts';
import { dropInText, NEW_VERSION } from './drop-in.ts';
import { runcEntry, thawEntry } from './entry.ts';
import { dropInFolder, importLine, USUAL_FOLDER } from './imports.ts';
import { registryFolder } from './registries.ts';

const MODE = 0o644;

/**
 * What containerd is to be told, from what it is told now. Throws NODE_RUNC_MISSING, NODE_IMPORTS_MISSING where the main
 * file imports no drop-ins and may not be edited, NODE_REGISTRY_CLASH.
 */
export function planContainerd(config: ContainerdConfig, wishes: Wishes): RuntimePlan {
  const entry = runcEntry(config.dump);
  const place = dropInPlace(config, wishes);
  const registries = wishes.registry === undefined ? undefined : registryFolder(config.dump);
  const text = dropInText(
    { entry: thawEntry(entry, FRONT), registries: registries?.isSet === false ? registries.folder : undefined },
    config,
  );
  return {
    runc: wishes.runc ?? entry.program,
    registry: wishes.registry && registries ? containerdRegistryFiles(wishes.registry, registries.folder) : [],
    settings: [{ path: join(place.folder, '50-thaw.toml'), content: text, mode: MODE }, ...place.files],
    edits: place.edits,
  };
}

interface DropInPlace {
  readonly folder: string;
  readonly files: readonly PlannedFile[];
  readonly edits: readonly PlannedEdit[];
}

function dropInPlace(config: ContainerdConfig, { editConfig }: Wishes): DropInPlace {
  const { file: path, text } = config;
  const folder = dropInFolder(config);
  if (folder !== undefined) return { folder, files: [], edits: [] };
  const usual = { folder: USUAL_FOLDER, files: [], edits: [] };
  if (text === undefined) {
    const content = `${HEAD}version = ${NEW_VERSION}\n${importLine()}\n`;
    return { ...usual, files: [{ path, content, mode: MODE }] };
  }
  const after = addImport(text, path);
  if (editConfig !== true || after === undefined) throw importsMissing(config, after !== undefined);
  return { ...usual, edits: [{ path, before: text, after }] };
}

function importsMissing({ file }: ContainerdConfig, isEditable: boolean): ThawError {
  const line = importLine();
  return new ThawError('NODE_IMPORTS_MISSING', {
    message: `${file} imports no drop-ins, so containerd would not read thaw's`,
    next: `add the line ${line} to it, above its first table${isEditable ? ', or let --edit-config do that, with a backup' : ''}`,
    facts: { file, line },
  });
}
