import { stat, statfs } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { dirname } from 'node:path';
import type { CgroupPlan } from './cgroups.ts';
import { bridgeOwner } from './network.ts';
import { readCgroupPlan } from './node-cgroups.ts';
import type { Settings } from './settings.ts';

/** OVERLAYFS_SUPER_MAGIC of linux/magic.h. */
const OVERLAY = 0x794c7630;

/** Why the bed cannot run on this host; said before anything is changed. */
export class HostUnfit extends Error {
  override readonly name = 'HostUnfit';
}

/** Looks whether this host can carry the bed. Gives how its cgroups are to be used. Throws HostUnfit. */
export async function checkHost(settings: Settings): Promise<CgroupPlan> {
  const plan = await readCgroupPlan();
  if ('refused' in plan) throw new HostUnfit(`this host's cgroups cannot carry the nodes: ${plan.refused}`);
  await refuseOverlay(settings);
  await refuseForeignBridge(settings);
  refuseTakenNetwork(settings);
  return plan;
}

/** containerd's and CRI-O's containers are overlays, whose upper folders cannot lie on an overlay. */
async function refuseOverlay({ state }: Settings): Promise<void> {
  const { type } = await statfs(await nearestFolder(state));
  if (type === OVERLAY)
    throw new HostUnfit(
      `${state} is on an overlay file system, on which no container's root can be: set THAW_CLUSTER to a folder on a disk or a tmpfs`,
    );
}

/** The state folder itself is made only when nothing speaks against it. */
async function nearestFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined && path !== dirname(path) ? nearestFolder(dirname(path)) : path;
}

/** `down` would remove a bridge of that name, whosever it is. */
async function refuseForeignBridge(settings: Settings): Promise<void> {
  const owner = await bridgeOwner(settings);
  if (owner === undefined || owner === settings.state) return;
  const whose = owner === '' ? 'was not made by a bed' : `belongs to the bed in ${owner}`;
  throw new HostUnfit(
    `the bridge ${settings.bridge} is there and ${whose}: set THAW_CLUSTER_NUMBER to another number, or end that bed first`,
  );
}

/** Another bed, or anything else, that has the same addresses would get the nodes' packets. */
function refuseTakenNetwork({ host, bridge }: Settings): void {
  const prefix = host.split('.').slice(0, 2).join('.');
  for (const [name, addresses] of Object.entries(networkInterfaces()))
    for (const { address } of addresses ?? [])
      if (name !== bridge && address.startsWith(`${prefix}.`))
        throw new HostUnfit(
          `${name} has ${address}, and the bed wants ${prefix}.0.0/16: set THAW_CLUSTER_NUMBER to another number`,
        );
}
