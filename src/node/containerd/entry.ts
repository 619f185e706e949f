import { ThawError } from '../../errors.ts';
import { isTable, type TomlTable, tableAt, textAt, withoutEmpty } from '../toml.ts';

/** The name of the entry that is copied where there is one. */
const RUNC = 'runc';
/** The only shim that takes another program in place of runc. */
const SHIM = 'io.containerd.runc.v2';
/** containerd's CRI plugin in a dump of containerd 2. */
const PLUGIN = 'io.containerd.cri.v1.runtime';

/** The node's own entry, and what of it thaw's is made. */
export interface RuncEntry {
  readonly table: TomlTable;
  /** The program that it runs, as it is written there; `runc` where nothing is. */
  readonly program: string;
}

/** The entries of all runtimes in force, by their handlers. */
export function runtimesOf(dump: TomlTable): TomlTable {
  return tableAt(dump, 'plugins', PLUGIN, 'containerd', 'runtimes');
}

/**
 * The node's runc entry in force: the one of that name, else the default one. Throws NODE_RUNC_MISSING where it does not
 * run runc.
 */
export function runcEntry(dump: TomlTable): RuncEntry {
  const runtimes = runtimesOf(dump);
  const fallback = textAt(tableAt(dump, 'plugins', PLUGIN, 'containerd'), 'default_runtime_name');
  const name = isTable(runtimes[RUNC]) ? RUNC : fallback;
  const table = tableAt(runtimes, name);
  const type = textAt(table, 'runtime_type');
  if (type !== SHIM) {
    throw new ThawError('NODE_RUNC_MISSING', {
      message: `containerd has no runtime of type ${SHIM} whose options could be copied: ${name || 'its default'} is of type ${type || 'none'}`,
      next: `add [plugins."${PLUGIN}".containerd.runtimes.runc] with runtime_type = "${SHIM}" to its configuration`,
      facts: { handler: name, type },
    });
  }
  return { table, program: textAt(tableAt(table, 'options'), 'BinaryName') || RUNC };
}

/** thaw's entry: every option of the node's own one, and another program. What is empty there is left out. */
export function thawEntry({ table }: RuncEntry, front: string): TomlTable {
  return { ...withoutEmpty(table), options: { ...withoutEmpty(tableAt(table, 'options')), BinaryName: front } };
}
