import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Call } from '../call/call.ts';
import { endLeftovers, removeFiles } from '../container/leftovers.ts';
import { containerPaths } from '../container/paths.ts';
import { sweepInterrupted } from '../container/sweep.ts';
import { sweepRecords } from '../record/sweep.ts';
import type { RuntimeSettings } from '../settings.ts';
import type { Outcome } from './outcome.ts';

/**
 * Deletes a container that thaw has made, and all that thaw has made for it, whatever state an interrupted restore left
 * it in; and takes back what other interrupted restores have left. One that the engine has not started yet may be deleted, although its processes run.
 */
export function remove(call: Call, argv: readonly string[], settings: RuntimeSettings): Outcome {
  const { id } = call;
  if (id === undefined) return { become: argv };
  const { runc, run, lib } = settings;
  const paths = containerPaths(run, id);
  const unstarted = existsSync(paths.awake) || existsSync(paths.restoring);
  endLeftovers(paths, id);
  sweepInterrupted(settings);
  if (!unstarted && !existsSync(paths.folder)) return { become: argv };
  const { status } = spawnSync(runc, unstarted ? forced(argv) : argv, { stdio: 'inherit' });
  if (status !== 0) return { exitCode: status ?? 1 };
  removeFiles(paths);
  sweep(lib);
  return { exitCode: 0 };
}

function forced(argv: readonly string[]): string[] {
  return [...argv.slice(0, -1), '--force', ...argv.slice(-1)];
}

/** The container is gone; whether records can be read is the next restore's to care for. */
function sweep(lib: string): void {
  try {
    sweepRecords(lib);
  } catch {
    // Said by whoever wants to restore.
  }
}
