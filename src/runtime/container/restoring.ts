import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type ContainerPaths, containerPaths } from './paths.ts';

/** Who restores a container, and with which options of runc's: enough for somebody else to take it back. */
export interface Maker {
  readonly pid: number;
  /** When that process started, in the kernel's ticks: another one with its number has another time. */
  readonly started: string;
  readonly globals: readonly string[];
}

/** Says that this process restores a container. The front looks for the file. */
export function markRestoring(paths: ContainerPaths, globals: readonly string[]): void {
  const maker: Maker = { pid: process.pid, started: startOf(process.pid) ?? '', globals };
  writeFileSync(paths.restoring, JSON.stringify(maker), { mode: 0o600 });
}

/** Says that nothing of a restore is at work any more. */
export function unmarkRestoring(paths: ContainerPaths): void {
  rmSync(paths.restoring, { force: true });
}

/** The containers below a run folder whose restore was interrupted: the process that did it is gone. */
export function interrupted(run: string): { readonly id: string; readonly globals: readonly string[] }[] {
  if (!existsSync(run)) return [];
  return readdirSync(run).flatMap((id) => {
    const maker = makerOf(containerPaths(run, id));
    return maker === undefined || startOf(maker.pid) === maker.started ? [] : [{ id, globals: maker.globals }];
  });
}

/** Undefined for a container that nobody restores; a file of which only a part was written tells of nobody alive. */
function makerOf({ restoring }: ContainerPaths): Maker | undefined {
  if (!existsSync(restoring)) return undefined;
  try {
    return JSON.parse(readFileSync(restoring, 'utf8'));
  } catch {
    return { pid: 0, started: 'never', globals: [] };
  }
}

/** proc_pid_stat(5), field 22; the name in field 2 may hold anything. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
