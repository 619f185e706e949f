import { NODE_ROOT, rootFolder } from '../../../scripts/cluster/debian-root.ts';
import { isFolder } from '../../../scripts/cluster/made-once.ts';
import { programs } from '../../../scripts/cluster/modules.ts';
import { readCgroupPlan } from '../../../scripts/cluster/node-cgroups.ts';
import { checkUp } from '../../../scripts/cluster/requirements.ts';
import { isWorkloadBuilt } from '../../../scripts/cluster/workload.ts';
import { type Peer, ROOT } from '../peer.ts';
import { bedSettings } from './settings.ts';

const settings = bedSettings('containerd');

/**
 * What a test on the bed needs. With THAW_REQUIRE_PEERS=1 the bed counts as built: `up` builds what is missing, or waits
 * for whoever is at it.
 */
export const BED: readonly Peer[] = [
  ROOT,
  {
    name: 'the test bed',
    isThere: process.env['THAW_REQUIRE_PEERS'] === '1' || (await isBuilt()),
    install: 'npm run cluster -- build',
  },
  ...(await lacks()).map((install) => ({ name: 'what the test bed runs on', isThere: false, install })),
];

async function isBuilt(): Promise<boolean> {
  const compiled = await programs(settings).then(
    () => true,
    () => false,
  );
  return compiled && (await isWorkloadBuilt(settings)) && (await isFolder(rootFolder(settings.cache, NODE_ROOT)));
}

/** What neither root nor a build would mend. */
async function lacks(): Promise<string[]> {
  const plan = await readCgroupPlan();
  if ('refused' in plan) return [plan.refused];
  if (process.getuid?.() !== 0 || !(await isBuilt())) return [];
  return checkUp(settings).then(
    () => [],
    (error: Error) => [error.message.replaceAll(/\n\s*/g, ' ')],
  );
}
