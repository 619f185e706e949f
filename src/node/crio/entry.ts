import { ThawError } from '../../errors.ts';
import { HANDLER } from '../runtime/wishes.ts';
import { isTable, type TomlTable, tableAt, textAt, withoutEmpty, writeToml } from '../toml.ts';
import type { CrioConfig } from './config.ts';

const RUNC = 'runc';

/** The node's own entry, and what of it thaw's is made. */
export interface RuncEntry {
  readonly table: TomlTable;
  readonly program: string;
}

/** The entries of all runtimes in force, by their handlers. */
export function runtimesOf(inForce: TomlTable): TomlTable {
  return tableAt(inForce, 'crio', 'runtime', 'runtimes');
}

/**
 * The node's runc entry in force: the one of that name; else, where `runc` says which program to take, the default one's
 * monitor and annotations with runc's own root. Throws NODE_RUNC_MISSING: crun, the usual default, cannot restore.
 */
export function runcEntry(config: Pick<CrioConfig, 'inForce' | 'conmon'>, runc?: string): RuncEntry {
  const runtimes = withMonitors(config);
  const own = runtimes[RUNC];
  const name = textAt(tableAt(config.inForce, 'crio', 'runtime'), 'default_runtime');
  if (isTable(own)) return { table: own, program: runc ?? (textAt(own, 'runtime_path') || RUNC) };
  if (runc !== undefined) return { table: { ...tableAt(runtimes, name), runtime_root: '/run/runc' }, program: runc };
  throw new ThawError('NODE_RUNC_MISSING', {
    message: `CRI-O has no runtime entry of runc, only ${Object.keys(runtimes).join(', ') || 'none'}`,
    next: 'install runc and give its path with --runc <path>: crun cannot restore checkpoints under CRI-O',
    facts: { handlers: Object.keys(runtimes) },
  });
}

/**
 * The entries with the monitor that CRI-O gives them when it starts: what it says of itself lacks that once it was told
 * to reload (pkg/config, TranslateMonitorFields).
 */
function withMonitors({ inForce, conmon }: Pick<CrioConfig, 'inForce' | 'conmon'>): TomlTable {
  const isSystemd = textAt(tableAt(inForce, 'crio', 'runtime'), 'cgroup_manager') === 'systemd';
  const monitor = {
    ...(conmon === undefined ? {} : { monitor_path: conmon }),
    ...(isSystemd ? { monitor_cgroup: 'system.slice' } : {}),
  };
  const entries = Object.entries(runtimesOf(inForce)).map(([name, entry]): [string, TomlTable] => {
    return [name, isTable(entry) ? { ...monitor, ...withoutEmpty(entry) } : {}];
  });
  return Object.fromEntries(entries);
}

/** The drop-in's text: every option of the node's own entry, and another program. */
export function dropInText({ table }: RuncEntry, front: string): string {
  const { inherit_default_runtime: _, platform_runtime_paths: __, ...options } = table;
  const entry = { ...withoutEmpty(options), runtime_path: front };
  return writeToml({ crio: { runtime: { runtimes: { [HANDLER]: entry } } } });
}
