import { execa } from 'execa';
import { programs } from '../../../scripts/cluster/modules.ts';
import { remembered } from '../../../scripts/cluster/processes.ts';
import type { Settings } from '../../../scripts/cluster/settings.ts';

/** The node that checkpoints are taken on, and the one that they are restored on. */
export const SOURCE = 'node-a';
export const TARGET = 'node-b';

const THAW = new URL('../../../dist/cli.js', import.meta.url).pathname;

/** Runs `thaw ...` as it is packed, and gives its standard output. */
export async function thaw(args: readonly string[]): Promise<string> {
  return (await execa(process.execPath, [THAW, ...args])).stdout;
}

/** Calls ctr on the target node's containerd, in the namespace of its kubelet. */
export async function ctr(bed: Settings, args: readonly string[]): Promise<string> {
  const { ctr: program } = await programs(bed);
  const socket = `/proc/${await initOf(bed)}/root/run/containerd/containerd.sock`;
  return (await execa(program, ['--address', socket, '--namespace', 'k8s.io', ...args])).stdout;
}

/** The first process of the target node, as the host numbers it. */
export async function initOf(bed: Settings): Promise<number> {
  const init = (await remembered(bed)).find(({ name }) => name === `${TARGET}.init`);
  if (init === undefined) throw new Error(`${TARGET} does not run`);
  return init.pid;
}
