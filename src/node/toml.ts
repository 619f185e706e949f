import { parse, stringify, type TomlTable, type TomlValue } from 'smol-toml';
import { ThawError } from '../errors.ts';

export type { TomlTable, TomlValue } from 'smol-toml';

/** Reads TOML; `origin` says where it is from. Throws NODE_CONFIG_UNREADABLE. */
export function parseToml(text: string, origin: string): TomlTable {
  try {
    return parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
    throw new ThawError('NODE_CONFIG_UNREADABLE', {
      message: `${origin} is no TOML: ${why}`,
      next: 'mend it, since the runtime cannot read it either',
      facts: { origin },
      cause,
    });
  }
}

/** Who wrote a file, as its first line. */
export const HEAD = '# Written by thaw node install, removed by thaw node uninstall.\n';

/** A table as a file of ours. */
export function writeToml(table: TomlTable): string {
  return `${HEAD}${stringify(table).trimEnd()}\n`;
}

/** The table at a path of keys; empty where there is none. */
export function tableAt(table: TomlTable, ...keys: readonly string[]): TomlTable {
  let found: TomlValue | undefined = table;
  for (const key of keys) found = isTable(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  return isTable(found) ? found : {};
}

/** The text at a key; empty where there is none. */
export function textAt(table: TomlTable, key: string): string {
  const value = Object.hasOwn(table, key) ? table[key] : undefined;
  return typeof value === 'string' ? value : '';
}

/** Whether a value is a table. */
export function isTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date);
}

/** A table without the keys whose values are empty: left out, they mean the same. */
export function withoutEmpty(table: TomlTable): TomlTable {
  return Object.fromEntries(Object.entries(table).filter(([, value]) => value !== '' && !isEmpty(value)));
}

function isEmpty(value: TomlValue): boolean {
  return Array.isArray(value) ? value.length === 0 : isTable(value) && Object.keys(value).length === 0;
}
