import { basename, join } from 'node:path';
import { type CgroupPlan, cgroupPlan, type Hierarchy } from '../cluster/cgroups.ts';

/** The cgroups of a machine: one in each of the host's hierarchies. */
export interface MachineCgroups {
  readonly folders: readonly string[];
  /** The files that a process joins them by. */
  readonly joinedBy: readonly string[];
  /** What machine-enter.sh and machine-init.sh must know of them. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The cgroups of a machine, called by its name, on a host with this text of /proc/self/mountinfo. It sees those of one
 * version, without another word those that have the host's controllers; a hybrid host can carry both. Throws Error where
 * the host cannot carry it.
 */
export function machineCgroups(mountinfo: string, name: string, version?: 1 | 2): MachineCgroups {
  const plan = cgroupPlan(mountinfo);
  if ('refused' in plan) throw new Error(`this host's cgroups cannot carry the machine: ${plan.refused}`);
  const sees = version ?? plan.version;
  const v1 = plan.version === 1 ? plan.hierarchies : [];
  const unified = unifiedOf(plan).map((folder) => join(folder, name));
  if ((sees === 1 ? v1 : unified).length === 0) throw new Error(`this host has no cgroups of version ${sees}`);
  const own = v1.map(({ folder }) => join(folder, name));
  // A v2 cgroup that hands its controllers on may hold no process itself.
  const leaves = unified.map((folder) => (sees === 2 ? join(folder, 'init') : folder));
  return {
    folders: [...own, ...unified],
    joinedBy: [...own, ...leaves].map((folder) => join(folder, 'cgroup.procs')),
    env: { CGROUPS: `${sees}`, UNIFIED: unified.join(), HIERARCHIES: sees === 1 ? lines(v1) : '' },
  };
}

/** The one v2 hierarchy, if there is one. */
function unifiedOf(plan: CgroupPlan): readonly string[] {
  if (plan.version === 2) return [plan.folder];
  return plan.unified === undefined ? [] : [plan.unified];
}

/** A line for each hierarchy: what its folder is called in /sys/fs/cgroup, and what it is mounted by. */
function lines(hierarchies: readonly Hierarchy[]): string {
  return hierarchies.map(({ folder, controllers }) => `${basename(folder)} ${controllers}`).join('\n');
}
