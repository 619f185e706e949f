import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { kubectl } from '../../../scripts/cluster/kubectl.ts';
import { programs } from '../../../scripts/cluster/modules.ts';
import type { Settings } from '../../../scripts/cluster/settings.ts';
import { statePaths } from '../../../scripts/cluster/state.ts';

/** How long a pod may take, in milliseconds. */
const PATIENCE = 180_000;

const STATE = '{.status.phase} {.status.containerStatuses[0].state.waiting.reason}{"\\n"}';

/**
 * Waits until a pod of one container runs, by one watch: asking again and again would take time from what is measured.
 * Throws Error with the state of the container as soon as it has failed, or after three minutes.
 */
export async function isRunning(bed: Settings, pod: string): Promise<void> {
  const { kubectl: program } = await programs(bed);
  const watch = execa(program, ['get', 'pod', pod, '--watch', `-o=jsonpath=${STATE}`], {
    env: { KUBECONFIG: statePaths(bed).kubeconfig },
    timeout: PATIENCE,
    reject: false,
  });
  try {
    for await (const line of createInterface({ input: watch.stdout })) {
      const outcome = outcomeOf(line);
      if (outcome === 'running') return;
      if (outcome === 'failed') break;
    }
  } finally {
    watch.kill();
  }
  const { stdout } = await kubectl(bed, ['get', 'pod', pod, '-o=jsonpath={.status.containerStatuses[0].state}']);
  throw new Error(`the restored pod does not run: ${stdout}`);
}

/** What the phase of a pod, and the reason for which its container waits, come to; undefined when that is open. */
export function outcomeOf(state: string): 'running' | 'failed' | undefined {
  const [phase, waiting = ''] = state.split(' ');
  if (phase === 'Running') return 'running';
  if (phase === 'Failed' || phase === 'Succeeded') return 'failed';
  return /Err|BackOff|InvalidImageName/.test(waiting) ? 'failed' : undefined;
}
