import { join } from 'node:path';
import { ThawError } from '../../errors.ts';
import { crioRegistryFiles } from '../registry/files.ts';
import { FRONT, type RuntimePlan, type Wishes } from '../runtime/wishes.ts';
import type { CrioConfig } from './config.ts';
import { dropInText, runcEntry } from './entry.ts';

/**
 * What CRI-O is to be told, from what is in force. Throws NODE_RUNC_MISSING, and NODE_IMPORTS_MISSING where CRI-O was
 * told to read no drop-ins and its main file may not be edited.
 */
export function planCrio(config: CrioConfig, wishes: Wishes): RuntimePlan {
  const entry = runcEntry(config.inForce, wishes.runc);
  const text = dropInText(entry, FRONT);
  const registry = wishes.registry === undefined ? [] : crioRegistryFiles(wishes.registry);
  const { dropIns, file, text: before } = config;
  if (dropIns !== undefined) {
    const settings = [...registry, { path: join(dropIns, '50-thaw.conf'), content: text, mode: 0o644 }];
    return { runc: entry.program, settings, edits: [] };
  }
  const isThere = before?.includes(text) === true;
  if (!isThere && (wishes.editConfig !== true || before === undefined)) throw importsMissing(file);
  const edits = isThere ? [] : [{ path: file, before: before ?? '', after: `${before}\n${text}` }];
  return { runc: entry.program, settings: registry, edits };
}

function importsMissing(file: string): ThawError {
  return new ThawError('NODE_IMPORTS_MISSING', {
    message: `CRI-O was started with an empty --config-dir, so it reads no drop-ins`,
    next: `start it without that, or let --edit-config add the handler to ${file}, with a backup`,
    facts: { file },
  });
}
