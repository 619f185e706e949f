import { isDeepStrictEqual } from 'node:util';
import { ThawError } from '../../errors.ts';
import { HANDLER } from '../runtime/wishes.ts';
import { isTable, type TomlTable, type TomlValue, tableAt } from '../toml.ts';
import { runtimesOf } from './entry.ts';

/**
 * Compares what containerd will be told with what it was told: the handler must be there, and beside it, the imports and
 * the folder of registries nothing may be different. Throws NODE_CONFIG_CLASH.
 */
export function verifyDump(before: TomlTable, after: TomlTable): void {
  if (!isTable(runtimesOf(after)[HANDLER])) throw clash(`does not read the handler ${HANDLER}`, []);
  const changed = differences(comparable(before), comparable(after));
  if (changed.length > 0) throw clash(`would change other settings too: ${changed.join(', ')}`, changed);
}

function comparable({ imports: _, ...dump }: TomlTable): TomlTable {
  const copy = structuredClone(dump);
  delete runtimesOf(copy)[HANDLER];
  const registry = tableAt(copy, 'plugins', 'io.containerd.cri.v1.images', 'registry');
  delete registry['config_path'];
  return copy;
}

/** The paths of all keys whose values differ. */
function differences(before: TomlValue | undefined, after: TomlValue | undefined, path = ''): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isTable(before) || !isTable(after)) return [path];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => differences(before[key], after[key], path === '' ? key : `${path}.${key}`));
}

function clash(what: string, changed: readonly string[]): ThawError {
  return new ThawError('NODE_CONFIG_CLASH', {
    message: `containerd's configuration with thaw's drop-in ${what}; the drop-in was taken away again`,
    next: 'see containerd config dump, and report the layout of its files',
    facts: { changed },
  });
}
