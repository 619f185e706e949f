import { readContainerdConfig } from '../containerd/config.ts';
import { runtimesOf as containerdRuntimes } from '../containerd/entry.ts';
import { planContainerd } from '../containerd/plan.ts';
import { verifyDump } from '../containerd/verify.ts';
import { readCrioConfig } from '../crio/config.ts';
import { runtimesOf as crioRuntimes } from '../crio/entry.ts';
import { planCrio } from '../crio/plan.ts';
import type { Host } from '../host/host.ts';
import type { TomlTable } from '../toml.ts';
import type { Daemon } from './daemon.ts';
import type { RuntimePlan, Wishes } from './wishes.ts';

/** What the node's runtime is told, and what it must be told: the same for either runtime. */
export interface RuntimeState {
  /** Its settings: what will be in force for containerd, what is in force for CRI-O. */
  readonly settings: TomlTable;
  /** Its runtime entries, by their handlers. */
  readonly handlers: readonly string[];
  plan(wishes: Wishes): RuntimePlan;
  /** Looks whether the settings, once written, say what they should and nothing else. Throws NODE_CONFIG_CLASH. */
  verify(): Promise<void>;
}

/** Reads what the node's runtime is told. Throws what the readers of either configuration throw. */
export async function readRuntimeState(host: Host, daemon: Daemon): Promise<RuntimeState> {
  return daemon.runtime === 'containerd' ? containerdState(host, daemon) : crioState(host, daemon);
}

async function containerdState(host: Host, daemon: Daemon): Promise<RuntimeState> {
  const config = await readContainerdConfig(host, daemon);
  return {
    settings: config.dump,
    handlers: Object.keys(containerdRuntimes(config.dump)),
    plan: (wishes) => planContainerd(config, wishes),
    verify: async () => verifyDump(config.dump, (await readContainerdConfig(host, daemon)).dump),
  };
}

async function crioState(host: Host, daemon: Daemon): Promise<RuntimeState> {
  const config = await readCrioConfig(host, daemon);
  return {
    settings: config.inForce,
    handlers: Object.keys(crioRuntimes(config.inForce)),
    plan: (wishes) => planCrio(config, wishes),
    // A drop-in of CRI-O only adds keys; what it makes of them it says when it has started.
    verify: async () => {},
  };
}
