import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CgroupPlan } from '../../../scripts/cluster/cgroups.ts';
import { readCgroupPlan } from '../../../scripts/cluster/node-cgroups.ts';
import type { Settings } from '../../../scripts/cluster/settings.ts';
import { initOf } from './commands.ts';

/** A way into the target node, as arguments of `sh` in front of a command. */
export type NodeEntry = readonly string[];

/** Joins the cgroups whose cgroup.procs files come before the `--`, then runs what follows. */
const JOINED = 'while [ "$1" != -- ]; do echo $$ >"$1"; shift; done; shift; exec "$@"';

/** Finds the host's programs, which lie below the node's /opt. */
const INSIDE = 'for folder in /opt/*; do PATH=$folder:$PATH; done; exec "$@"';

/** The way into all namespaces of the target node, and into its cgroups too, which runc and CRIU go by. */
export async function nodeEntry(bed: Settings): Promise<NodeEntry> {
  const init = await initOf(bed);
  const cgroups = await cgroupFiles(init);
  return ['-c', JOINED, 'sh', ...cgroups, '--', 'nsenter', '--target', `${init}`, '--all', 'sh', '-c', INSIDE, 'sh'];
}

/** The cgroup.procs files of all hierarchies that a process is in; cgroups(7), /proc/<pid>/cgroup. */
async function cgroupFiles(pid: number): Promise<string[]> {
  const plan = await readCgroupPlan();
  if ('refused' in plan) throw new Error(plan.refused);
  const places = (await readFile(`/proc/${pid}/cgroup`, 'utf8')).trim().split('\n');
  return places.flatMap((place) => {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(place) ?? [];
    const folder = folderOf(plan, controllers);
    return folder === undefined ? [] : [join(folder, path, 'cgroup.procs')];
  });
}

function folderOf(plan: CgroupPlan, controllers: string): string | undefined {
  if (plan.version === 2) return plan.folder;
  if (controllers === '') return plan.unified;
  return plan.hierarchies.find((one) => one.controllers === controllers)?.folder;
}
