import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { layOutCounter, packTree } from '../../scripts/cluster/image-trees.ts';
import { workload } from '../../scripts/cluster/workload.ts';
import { CACHE } from '../../scripts/podman/root.ts';
import { type CounterLog, readCounterLog } from './counter-log.ts';
import type { Podman } from './podman.ts';
import { until } from './until.ts';

// The workload program in containers of Podman.

/**
 * Makes the workload's image with Podman, with more lines of a Containerfile if there are any, and pushes it to a
 * registry under this name.
 */
export async function pushCounter(podman: Podman, image: string, ...lines: readonly string[]): Promise<void> {
  const program = await workload({ cache: CACHE }, () => {});
  const tree = await packTree((folder) => layOutCounter(folder, program));
  await writeFile(join(podman.shared, 'counter.tar'), tree);
  const changes = ['ENTRYPOINT ["/bin/counter"]', ...lines].map((line) => `--change=${line}`);
  await podman.ok('import', '--quiet', ...changes, '/shared/counter.tar', image);
  await podman.ok('push', '--quiet', '--tls-verify=false', image);
}

/** What is to be run and frozen. */
export interface Frost {
  /** Of the container, and of the archive: `<name>.tar`. */
  readonly name: string;
  readonly image: string;
  /** Options of `podman run`. */
  readonly run?: readonly string[];
  /** Options of the workload program. */
  readonly program?: readonly string[];
  /** Options of `podman container checkpoint`. */
  readonly checkpoint?: readonly string[];
}

/** A container's archive, and all that it printed: Podman ends it with its checkpoint. */
export interface Frozen {
  readonly archive: string;
  readonly log: CounterLog;
}

/** Runs the workload, lets it count for a while, and checkpoints it into an archive. */
export async function freeze(
  podman: Podman,
  { name, image, run = [], program = [], checkpoint }: Frost,
): Promise<Frozen> {
  await podman.ok('run', '--detach', '--network=none', `--name=${name}`, ...run, image, '--tick=20ms', ...program);
  await counted(podman, name, 3);
  return freezeRunning(podman, name, checkpoint);
}

/** Checkpoints a container that runs. */
export async function freezeRunning(podman: Podman, name: string, options: readonly string[] = []): Promise<Frozen> {
  await podman.ok('container', 'checkpoint', ...options, `--export=/shared/${name}.tar`, name);
  return { archive: join(podman.shared, `${name}.tar`), log: await logOf(podman, name) };
}

/** Restores a container from an image, lets it count for a while, and gives what it printed since. */
export async function wake(podman: Podman, image: string, name: string): Promise<CounterLog> {
  await podman.ok('pull', '--quiet', image);
  await podman.ok('container', 'restore', `--name=${name}`, image);
  return counted(podman, name, 5);
}

/**
 * Asserts that one process printed these logs, one after the other: it started once, in the first; the numbers go on
 * without a gap and without a second one of any; nothing broke, and its memory has this sum in every line.
 */
export function goesOn(t: ExecutionContext, logs: readonly CounterLog[], sum: string): void {
  t.deepEqual(
    logs.map(({ starts }) => starts.length),
    logs.map((_, at) => (at === 0 ? 1 : 0)),
  );
  t.deepEqual(
    logs.flatMap(({ others }) => others),
    [],
  );
  const ticks = logs.flatMap((log) => log.ticks);
  t.deepEqual(
    ticks.map(({ number }) => number),
    ticks.map((_, at) => at + 1),
  );
  t.deepEqual([...new Set(ticks.map((tick) => tick.sum))], [sum]);
}

/** A container's log, once it holds so many numbers, or says what broke. */
function counted(podman: Podman, name: string, ticks: number): Promise<CounterLog> {
  return until(
    () => logOf(podman, name),
    (log) => log.ticks.length >= ticks || log.others.length > 0,
  );
}

async function logOf(podman: Podman, name: string): Promise<CounterLog> {
  return readCounterLog(await podman.ok('logs', name));
}
