import type { Daemon } from '../runtime/daemon.ts';
import { isAtLeast, parseVersion } from '../runtime/version.ts';
import { type TomlTable, tableAt, textAt } from '../toml.ts';

/** Whether the node's runtime itself restores containers from checkpoint images (restore method `image`). */
export interface OwnRestore {
  readonly works: boolean;
  /** Why it does not, and what to change; undefined where nothing can be. */
  readonly why?: string;
  readonly change?: string;
}

const WORKS: OwnRestore = { works: true };

/** Restore by the runtime's version and settings: containerd has it in 2.1 to 2.3, CRI-O behind a switch. */
export function ownRestore({ runtime, version }: Pick<Daemon, 'runtime' | 'version'>, settings: TomlTable): OwnRestore {
  return runtime === 'containerd' ? containerdRestore(version, settings) : crioRestore(settings);
}

function containerdRestore(text: string, dump: TomlTable): OwnRestore {
  const version = parseVersion(text);
  if (!isAtLeast(version, [2, 1, 0])) return { works: false, why: `containerd ${text} cannot restore from images yet` };
  if (isAtLeast(version, [2, 4, 0])) {
    return { works: false, why: `containerd ${text} no longer restores from images: it was removed in 2.4` };
  }
  const plugin = tableAt(dump, 'plugins', 'io.containerd.cri.v1.runtime');
  // Releases without a switch (2.1 to 2.2.6, 2.3.0 to 2.3.3) have it on.
  const off = ['enable_criu', 'enable_experimental_restore_via_create'].filter((key) => plugin[key] === false);
  if (off.length === 0) return WORKS;
  return {
    works: false,
    why: `containerd's ${off.join(' and ')} is off`,
    change: `set ${off.map((key) => `${key} = true`).join(' and ')} under [plugins."io.containerd.cri.v1.runtime"] and restart containerd`,
  };
}

function crioRestore(inForce: TomlTable): OwnRestore {
  const level = textAt(tableAt(inForce, 'crio', 'checkpoint_restore'), 'container_level_enabled');
  const isOn =
    level === '' ? tableAt(inForce, 'crio', 'runtime')['enable_criu_support'] === true : level === 'checkpoint_restore';
  if (isOn) return WORKS;
  return {
    works: false,
    why: level === '' ? "CRI-O's enable_criu_support is off" : `CRI-O's container_level_enabled is ${level}`,
    change:
      level === ''
        ? 'set enable_criu_support = true under [crio.runtime] and restart CRI-O'
        : 'set container_level_enabled = "checkpoint_restore" under [crio.checkpoint_restore] and restart CRI-O',
  };
}
