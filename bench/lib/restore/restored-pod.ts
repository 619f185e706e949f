import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { kubectl } from '../../../scripts/cluster/kubectl.ts';
import type { Settings } from '../../../scripts/cluster/settings.ts';
import { nodePaths } from '../../../scripts/cluster/state.ts';
import { waitFor } from '../../../scripts/cluster/wait.ts';
import { ctr, TARGET, thaw } from './commands.ts';
import { containerdMarks } from './containerd-log.ts';
import type { Frozen } from './frozen.ts';
import type { Marks } from './phases.ts';
import { doubts } from './proof.ts';
import { isRunning } from './running.ts';
import { type Stamped, stampedLines, textOf, ticksAfter } from './stamped.ts';

/** A restored pod to be, and the checkpoint image's reference on this host. */
export interface PodToBe {
  readonly name: string;
  readonly reference: string;
}

/**
 * Applies the restored pod to the target node and waits until it is proved that the process went on. Throws Error with
 * the pod's own words when it does not run, or with what speaks against the process being the same.
 */
export async function wake(bed: Settings, frozen: Frozen, pod: PodToBe): Promise<Omit<Marks, 'begun' | 'converted'>> {
  const logged = (await stat(runtimeLog(bed))).size;
  const manifest = await manifestOf(bed, pod);
  await kubectl(bed, ['apply', '-f', '-'], { input: manifest.text });
  const applied = Date.now();
  await isRunning(bed, pod.name);
  const log = (await readFile(runtimeLog(bed))).subarray(logged).toString();
  const marks = containerdMarks(log, manifest.image);
  const [first] = await wentOn(bed, frozen, pod.name, marks.created);
  if (first === undefined) throw new Error('it wrote no number');
  return { applied, ...marks, running: first.at };
}

/** Deletes the pod, and every name of its image on the node, with all content that nothing else needs. */
export async function forgetPod(bed: Settings, name: string): Promise<void> {
  await kubectl(bed, ['delete', 'pod', name, '--now', '--ignore-not-found']);
  const rows = (await ctr(bed, ['images', 'ls'])).split('\n').map((line) => line.split(/\s+/));
  const digests = rows.filter(([ref]) => ref?.startsWith(nameInCluster(bed))).map(([, , digest]) => digest);
  const names = rows.flatMap(([ref, , digest]) => (ref !== undefined && digests.includes(digest) ? [ref] : []));
  if (names.length > 0) await ctr(bed, ['images', 'rm', '--sync', ...names]);
}

async function manifestOf(bed: Settings, { name, reference }: PodToBe): Promise<{ text: string; image: string }> {
  const where = ['--plain-http', '--pull-from', nameInCluster(bed), '--node', TARGET, '--name', name];
  const { pod } = JSON.parse(await thaw(['pod', reference, ...where, '--json', '--quiet']));
  return { text: JSON.stringify(pod), image: pod.spec.containers[0].image };
}

function nameInCluster({ registryName }: Settings): string {
  return `${registryName}/checkpoints`;
}

/** The numbers since the restore, once they prove that it is the same process. */
async function wentOn(bed: Settings, frozen: Frozen, name: string, created: number): Promise<Stamped[]> {
  let since: Stamped[] = [];
  let against: string[] = [];
  const isProved = async () => {
    const { stdout } = await kubectl(bed, ['logs', name, '--timestamps'], { reject: false });
    const lines = stampedLines(stdout);
    since = ticksAfter(lines, created);
    against = doubts(frozen, textOf(lines), since.length);
    return against.length === 0;
  };
  await waitFor('the process to go on', 60, isProved, () => against.join('; '));
  return since;
}

function runtimeLog(bed: Settings): string {
  return join(nodePaths(bed, TARGET).settings, 'runtime.log');
}
