import { spawnSync } from 'node:child_process';
import type { RuntimeSettings } from '../settings.ts';
import { endLeftovers, removeFiles } from './leftovers.ts';
import { containerPaths } from './paths.ts';
import { interrupted } from './restoring.ts';

/**
 * Takes back every restore that was interrupted: whoever called for it has got an error, and containerd does not delete a
 * container that was never created.
 */
export function sweepInterrupted({ run, runc }: RuntimeSettings): void {
  for (const { id, globals } of interrupted(run)) {
    const paths = containerPaths(run, id);
    endLeftovers(paths, id);
    spawnSync(runc, [...globals, 'delete', '--force', id], { stdio: 'ignore' });
    removeFiles(paths);
  }
}
