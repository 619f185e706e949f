import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { Settings } from '../../../scripts/cluster/settings.ts';
import { nodePaths } from '../../../scripts/cluster/state.ts';
import { waitFor } from '../../../scripts/cluster/wait.ts';
import { bindMounts, bundleConfig, fileOf } from './bundle.ts';
import { TARGET } from './commands.ts';
import type { Frozen } from './frozen.ts';
import { type NodeEntry, nodeEntry } from './node-entry.ts';
import { type Seconds, split } from './phases.ts';
import { doubts } from './proof.ts';
import { type Stamped, textOf } from './stamped.ts';

const CONTAINER = 'by-hand';

/** The folder of one round, as the host and as the node see it: of its own, since containerd mounts nothing twice. */
interface Place {
  readonly outside: string;
  readonly inside: string;
}

/** Runs a command in the target node. */
type Run = (...command: readonly string[]) => Promise<unknown>;

/**
 * One round of the least that is possible: cp of the archive to the target node's folder, tar's unpacking of it there,
 * and runc restore in a bundle whose root file system, network namespace and files were there before. No Kubernetes, no
 * engine, no registry; nothing is synced to disk. Files that the process changed in its root are not put back: the
 * workload has none.
 */
export async function byHand(bed: Settings, frozen: Frozen): Promise<Seconds> {
  const entry = await nodeEntry(bed);
  const outside = await mkdtemp(join(nodePaths(bed, TARGET).kubelet, `${CONTAINER}-`));
  const place = { outside, inside: `/var/lib/kubelet/${basename(outside)}` };
  const run: Run = (...command) => execa('sh', [...entry, ...command]);
  try {
    await prepare(frozen, place, run);
    await execa('sync');
    const begun = Date.now();
    await execa('cp', [frozen.archive, join(outside, 'archive.tar')]);
    const copied = Date.now();
    await run('tar', '-C', `${place.inside}/unpacked`, '-xf', `${place.inside}/archive.tar`);
    const unpacked = Date.now();
    const running = await restore(entry, frozen, place);
    return split(begun, [
      ['copy', copied],
      ['create', unpacked],
      ['restore', running],
    ]);
  } finally {
    await run('sh', '-c', UNDO, 'sh', `${place.inside}/rootfs`);
    await rm(outside, { recursive: true, force: true });
  }
}

const UNDO = `runc delete --force ${CONTAINER}; ip netns del ${CONTAINER}
ctr --namespace k8s.io images unmount --rm "$1"; true`;

async function prepare({ archive, base }: Frozen, { outside, inside }: Place, run: Run): Promise<void> {
  for (const name of ['unpacked', 'work', 'bundle', 'rootfs', 'files']) await mkdir(join(outside, name));
  const spec = JSON.parse((await execa('tar', ['-xOf', archive, 'spec.dump'])).stdout);
  const places = { rootfs: `${inside}/rootfs`, files: `${inside}/files`, netns: `/run/netns/${CONTAINER}` };
  await writeFile(join(outside, 'bundle/config.json'), JSON.stringify(bundleConfig(spec, places)));
  for (const mount of bindMounts(spec)) {
    const path = join(outside, 'files', fileOf(mount));
    await (mount === '/dev/shm' ? mkdir(path) : writeFile(path, ''));
  }
  await run('ctr', '--namespace', 'k8s.io', 'images', 'mount', '--rw', base, places.rootfs);
  await run('ip', 'netns', 'add', CONTAINER);
}

/** What runc is given must be a pipe, as the engine's was: CRIU cannot put a socket, which Node.js makes, in its place. */
const PIPED = 'set -o pipefail; "$@" 2>&1 | cat';

/** Gives the moment at which the process's first line came, once it is proved that it went on. */
async function restore(entry: NodeEntry, frozen: Frozen, { inside }: Place): Promise<number> {
  const images = ['--image-path', `${inside}/unpacked/checkpoint`, '--work-path', `${inside}/work`];
  const command = ['runc', 'restore', '--detach', '--bundle', `${inside}/bundle`, ...images, CONTAINER];
  const runc = execa('bash', ['-c', PIPED, 'bash', 'sh', ...entry, ...command], { stdin: 'ignore' });
  let failure: unknown;
  runc.catch((error: unknown) => {
    failure = error;
  });
  const lines: Stamped[] = [];
  createInterface({ input: runc.stdout }).on('line', (text) => {
    if (text.startsWith('tick ')) lines.push({ at: Date.now(), text });
  });
  const against = () => doubts(frozen, textOf(lines), lines.length);
  const isProved = () => {
    if (failure !== undefined) throw failure;
    return against().length === 0;
  };
  try {
    await waitFor('the process to go on', 60, isProved, () => against().join('; '));
  } finally {
    runc.stdout.destroy();
  }
  return lines[0]?.at ?? Number.NaN;
}
