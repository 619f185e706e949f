import { kubectl } from './kubectl.ts';
import { isAlive, remembered } from './processes.ts';
import type { Settings } from './settings.ts';
import { settingsInForce, statePaths } from './state.ts';

/** What a bed is doing, in lines for people; `running` is false as soon as one of its parts has died. */
export interface BedStatus {
  readonly running: boolean;
  readonly lines: readonly string[];
}

/** Looks at every process of the bed, and asks the API server for the nodes. */
export async function status(settings: Settings): Promise<BedStatus> {
  const inForce = await settingsInForce(settings);
  if (inForce === undefined) return { running: false, lines: [`no test bed in ${settings.state}`] };
  const processes = await remembered(inForce);
  const dead = processes.filter((process) => !isAlive(process));
  const nodes = await kubectl(inForce, ['get', 'nodes', '-o', 'wide', '--request-timeout=5s'], { reject: false });
  return {
    running: dead.length === 0 && nodes.exitCode === 0,
    lines: [
      ...processes.map((one) => `${one.name.padEnd(24)} ${isAlive(one) ? `pid ${one.pid}` : 'dead'}`),
      nodes.exitCode === 0 ? nodes.stdout : nodes.stderr,
      `kubeconfig ${statePaths(inForce).kubeconfig}`,
    ],
  };
}
