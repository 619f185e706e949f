import { join } from 'node:path';
import { ThawError } from '../../errors.ts';
import { crioRegistryFiles } from '../registry/files.ts';
import { FRONT, HANDLER, type RuntimePlan, type Wishes } from '../runtime/wishes.ts';
import { HEAD } from '../toml.ts';
import type { CrioConfig } from './config.ts';
import { dropInText, runcEntry } from './entry.ts';

/**
 * What CRI-O is to be told, from what is in force. Throws NODE_RUNC_MISSING, and NODE_IMPORTS_MISSING where CRI-O was
 * told to read no drop-ins and its main file may not be edited.
 */
export function planCrio(config: CrioConfig, wishes: Wishes): RuntimePlan {
  const entry = runcEntry(config, wishes.runc);
  const content = dropInText(entry, FRONT);
  const registry = wishes.registry === undefined ? [] : crioRegistryFiles(wishes.registry);
  const { dropIns, file, text } = config;
  if (dropIns !== undefined) {
    const settings = [{ path: join(dropIns, '50-thaw.conf'), content, mode: 0o644 }];
    return { runc: entry.program, registry, settings, edits: [] };
  }
  if (text === undefined) throw importsMissing(file);
  const before = withoutOurs(text);
  const after = `${before}\n${content}`;
  if (text !== after && text === before && wishes.editConfig !== true) throw importsMissing(file);
  const edits = text === after ? [] : [{ path: file, before, after }];
  return { runc: entry.program, registry, settings: [], edits };
}

/** The main file without what thaw added to its end: from its first line to the next table. */
function withoutOurs(text: string): string {
  const [before = '', ours] = text.split(`\n${HEAD}[crio.runtime.runtimes.${HANDLER}]\n`);
  if (ours === undefined) return text;
  const next = /^\[/m.exec(ours);
  return next === null ? before : `${before}${ours.slice(next.index)}`;
}

function importsMissing(file: string): ThawError {
  return new ThawError('NODE_IMPORTS_MISSING', {
    message: 'CRI-O was started with an empty --config-dir, so it reads no drop-ins',
    next: `start it without that, or let --edit-config add the handler to ${file}, with a backup`,
    facts: { file },
  });
}
