import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CgroupPlan, type CgroupRefusal, cgroupPlan, v2Refusal } from './cgroups.ts';
import type { NodeSettings, Settings } from './settings.ts';

/** How this host's cgroups are laid out, or why the bed cannot run on them. Changes nothing. */
export async function readCgroupPlan(): Promise<CgroupPlan | CgroupRefusal> {
  const plan = cgroupPlan(await readFile('/proc/self/mountinfo', 'utf8'));
  if ('refused' in plan || plan.version === 1) return plan;
  return v2Refusal(await readFile(join(plan.folder, 'cgroup.subtree_control'), 'utf8')) ?? plan;
}

/** Makes a node's cgroups. Gives the files that its first process must write itself into. */
export async function makeCgroups(settings: Settings, plan: CgroupPlan, node: NodeSettings): Promise<string[]> {
  const folders = cgroupFolders(settings, plan, node);
  for (const folder of folders) {
    await mkdir(folder, { recursive: true });
    if (plan.version === 1) await inheritCpuset(folder);
  }
  return folders.map((folder) => join(folder, 'cgroup.procs'));
}

/** v2: moves everything in the node's cgroup into `init` below it, so that it may hand its controllers on. */
export async function makeRoomForControllers(settings: Settings, plan: CgroupPlan, node: NodeSettings): Promise<void> {
  if (plan.version === 1) return;
  for (const folder of cgroupFolders(settings, plan, node)) {
    await mkdir(join(folder, 'init'), { recursive: true });
    for (let pids = await processes(folder); pids.length > 0; pids = await processes(folder))
      for (const pid of pids) await writeFile(join(folder, 'init/cgroup.procs'), pid).catch(() => undefined);
  }
}

/** Removes a node's cgroups with all below them. What still holds a dying process is tried again for a while. */
export async function removeCgroups(settings: Settings, plan: CgroupPlan, node: NodeSettings): Promise<void> {
  for (const folder of cgroupFolders(settings, plan, node)) await removeTree(folder);
}

function cgroupFolders({ bridge }: Settings, plan: CgroupPlan, { name }: NodeSettings): string[] {
  return hierarchiesOf(plan).map((root) => join(root, `${bridge}-${name}`));
}

function hierarchiesOf(plan: CgroupPlan): string[] {
  if (plan.version === 2) return [plan.folder];
  const folders = plan.hierarchies.map(({ folder }) => folder);
  return plan.unified === undefined ? folders : [...folders, plan.unified];
}

/** A new v1 cpuset takes no process before it has processors and memory nodes. */
async function inheritCpuset(folder: string): Promise<void> {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    const value = await readFile(join(folder, '..', file), 'utf8').catch(() => undefined);
    if (value !== undefined) await writeFile(join(folder, file), value);
  }
}

async function processes(folder: string): Promise<string[]> {
  return (await readFile(join(folder, 'cgroup.procs'), 'utf8')).split('\n').filter((pid) => pid !== '');
}

async function removeTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  for (let tries = 0; tries < 100; tries += 1) {
    const failure = await rmdir(folder).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error,
    );
    if (failure === undefined || failure.code === 'ENOENT') return;
    await sleep(50);
  }
  throw new Error(`the cgroup ${folder} (${basename(folder)}) still holds processes`);
}
