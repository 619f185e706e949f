import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { nodePaths } from '../../../scripts/cluster/state.ts';
import { waitFor } from '../../../scripts/cluster/wait.ts';
import type { Bed } from './bed.ts';
import type { RuntimeKind } from './settings.ts';

/** The settings by which each runtime restores, and what a node that nobody prepared has in their place. */
const RESTORE: Readonly<Record<RuntimeKind, { file: string; off: Readonly<Record<string, string>> }>> = {
  containerd: {
    file: 'containerd.toml',
    off: { 'enable_experimental_restore_via_create = true': 'enable_experimental_restore_via_create = false' },
  },
  crio: {
    file: 'crio.conf',
    // Releases before container_level_enabled know only the other one.
    off: {
      'container_level_enabled = "checkpoint_restore"': 'container_level_enabled = "none"',
      'enable_criu_support = true': 'enable_criu_support = false',
    },
  },
};

/** Switches restore off on a node until the test ends. */
export async function switchRestoreOff(t: ExecutionContext, bed: Bed, node: string): Promise<void> {
  const { file, off } = RESTORE[bed.runtime];
  const path = join(nodePaths(bed.settings, node).settings, file);
  const before = await readFile(path, 'utf8');
  let after = before;
  for (const [on, instead] of Object.entries(off)) {
    if (!after.includes(on)) throw new Error(`${path} has no "${on}" to switch off`);
    after = after.replace(on, instead);
  }
  await setRuntime(bed, node, path, after);
  t.teardown(() => setRuntime(bed, node, path, before));
}

/** The node's first process starts the runtime anew when it ends; containers outlive it. */
async function setRuntime(bed: Bed, node: string, path: string, text: string): Promise<void> {
  const pidFile = join(nodePaths(bed.settings, node).settings, 'runtime.pid');
  const before = await readFile(pidFile, 'utf8');
  await writeFile(path, text);
  await bed.sh(`cluster exec ${node} kill ${before.trim()}`);
  await waitFor(`the runtime of ${node} to start anew`, 60, async () => (await readFile(pidFile, 'utf8')) !== before);
}
