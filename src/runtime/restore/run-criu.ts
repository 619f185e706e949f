import { spawnSync } from 'node:child_process';

/**
 * Runs `runc restore` and waits for it. It inherits the standard streams: they become the container's. Its process ID is
 * in the file `pid` before it does anything, so that whoever comes after this process can end it. Gives its exit code.
 */
export function runRestore(runc: string, args: readonly string[], pid: string): number {
  const script = 'echo $$ >"$0" && exec "$@"';
  const { status } = spawnSync('/bin/sh', ['-c', script, pid, runc, ...args], { stdio: 'inherit' });
  return status ?? 1;
}
