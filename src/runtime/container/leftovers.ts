import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { ContainerPaths } from './paths.ts';

/**
 * Ends what is still at work of a restore that was interrupted: runc, CRIU, and processes that are half restored. All of
 * them are in the container's cgroup, which bears its ID, but for runc itself.
 */
export function endLeftovers(paths: ContainerPaths, id: string): void {
  if (!existsSync(paths.restoring) || !existsSync(paths.pid)) return;
  const runc = Number(readIfThere(paths.pid));
  if (Number.isInteger(runc) && runc > 1 && isRestoreOf(runc, id)) kill(runc);
  for (let round = 0; round < ROUNDS; round += 1) {
    const left = processesOf(id);
    if (left.length === 0) return;
    left.forEach(kill);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
  }
}

/** Together 10 seconds: whoever waits for a disk does not die at once. */
const ROUNDS = 1_000;
const PAUSE = 10;

/** Removes a container's files: the last of all that is done for it. */
export function removeFiles(paths: ContainerPaths): void {
  for (const stray of (readIfThere(paths.strays) ?? '').split('\n')) {
    if (stray !== '') rmSync(stray, { recursive: true, force: true });
  }
  rmSync(paths.folder, { recursive: true, force: true });
}

/** A process ID may be another's by now. */
function isRestoreOf(pid: number, id: string): boolean {
  const words = (readIfThere(`/proc/${pid}/cmdline`) ?? '').split('\0');
  return words.includes('restore') && words.includes(id);
}

/** The living processes whose cgroup bears the container's ID, whatever the cgroup driver makes of it. */
function processesOf(id: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => isIn(readIfThere(`/proc/${pid}/cgroup`) ?? '', id) && !isDead(pid))
    .map(Number);
}

function isIn(cgroups: string, id: string): boolean {
  return cgroups.split(/[/\n]/).some((part) => part === id || part.endsWith(`-${id}`) || part.endsWith(`-${id}.scope`));
}

function isDead(pid: string): boolean {
  const stat = readIfThere(`/proc/${pid}/stat`) ?? ') X';
  return /^[XZ]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
