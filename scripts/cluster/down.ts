import { execa } from 'execa';
import { unplug } from './network.ts';
import { readCgroupPlan, removeCgroups } from './node-cgroups.ts';
import { kill, remembered, strays } from './processes.ts';
import type { Settings } from './settings.ts';
import { removeState, settingsInForce } from './state.ts';
import { restoreSysctls } from './sysctls.ts';

/**
 * Ends the bed in the state folder and undoes all that it changed on this host: processes, links, cgroups, the kernel's
 * settings, the folder. Does nothing where there is none. May be called again after it was killed half way.
 */
export async function down(settings: Settings): Promise<void> {
  const inForce = await settingsInForce(settings);
  if (inForce === undefined) return;
  // A node's first process takes all others of its node with it, and their mounts; nothing starts them anew then.
  const processes = await remembered(inForce);
  const inits = processes.filter(({ name }) => name.endsWith('.init'));
  await Promise.all(inits.map(kill));
  await Promise.all(processes.map(kill));
  await Promise.all((await strays(inForce)).map(kill));
  await unplug(inForce);
  const plan = await readCgroupPlan();
  if (!('refused' in plan)) for (const node of inForce.nodes) await removeCgroups(inForce, plan, node);
  await restoreSysctls(inForce);
  await unmountBelow(inForce.state);
  await removeState(inForce);
}

/** The nodes mount in namespaces of their own, so nothing is here; a folder that holds a mount is not removed blindly. */
async function unmountBelow(state: string): Promise<void> {
  const { stdout } = await execa('findmnt', ['--noheadings', '--raw', '--output', 'TARGET'], { reject: false });
  const below = stdout.split('\n').filter((target) => target.startsWith(`${state}/`));
  for (const target of below.reverse()) await execa('umount', ['-l', target], { reject: false });
}
