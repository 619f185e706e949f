import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf, ThawError } from '../../errors.ts';
import { readHandlers } from '../cri/runtime-status.ts';
import type { Host } from '../host/host.ts';
import type { Daemon } from './daemon.ts';
import { HANDLER } from './wishes.ts';

/** Milliseconds that a runtime may take to read its settings. */
export const PATIENCE = 60_000;
const BETWEEN = 200;

/**
 * Throws NODE_RESTART_NEEDED where the runtime cannot be made to read its settings from here: containerd reads them only
 * when it starts, which `restart` must allow and a systemd unit must make possible.
 */
export function refuseUnreadable({ runtime, process: { unit } }: Daemon, restart: boolean): void {
  if (runtime === 'cri-o' || (restart && unit !== undefined)) return;
  const command = unit === undefined ? 'restart it as it was started' : `systemctl restart ${unit}`;
  throw new ThawError('NODE_RESTART_NEEDED', {
    message: 'containerd reads its settings only when it starts, and was not restarted',
    next:
      unit === undefined
        ? `${command}: containers live on`
        : `run ${command}, or this with --restart: containers live on`,
    facts: { unit: unit ?? null },
  });
}

/**
 * Makes the runtime read its settings: CRI-O by SIGHUP, containerd by a restart of its unit, in which containers live on.
 * Throws NODE_RESTART_FAILED.
 */
export async function reload(host: Host, daemon: Daemon): Promise<void> {
  const { runtime, process: running } = daemon;
  if (runtime === 'cri-o') return hangUp(running.pid);
  try {
    await host.run('systemctl', ['restart', running.unit ?? 'containerd.service']);
  } catch (cause) {
    throw restartFailed(daemon, cause);
  }
}

/** What is waited for, and for how many milliseconds. */
export interface Wait {
  /** Whether the handler is to be listed. */
  readonly listed: boolean;
  readonly patience?: number | undefined;
}

/** Waits until the runtime lists the handler, or no longer does. Throws NODE_HANDLER_MISSING, NODE_RUNTIME_SILENT. */
export async function untilListed(host: Host, { socket, runtime }: Daemon, wait: Wait): Promise<void> {
  const { listed, patience = PATIENCE } = wait;
  const end = Date.now() + patience;
  for (;;) {
    const handlers = await readHandlers(await host.at(socket)).catch((error) => ended(end, error));
    if (handlers?.includes(HANDLER) === listed) return;
    if (Date.now() > end) throw notListed(runtime, handlers ?? [], listed);
    await sleep(BETWEEN);
  }
}

/** Whether the runtime lists the handler now. Throws NODE_RUNTIME_SILENT. */
export async function isListed(host: Host, { socket }: Daemon): Promise<boolean> {
  return (await readHandlers(await host.at(socket))).includes(HANDLER);
}

/** A daemon that is being restarted does not answer for a moment. */
function ended(end: number, error: unknown): undefined {
  if (Date.now() > end) throw error;
}

function hangUp(pid: number): void {
  try {
    process.kill(pid, 'SIGHUP');
  } catch (cause) {
    throw new ThawError('NODE_RESTART_FAILED', {
      message: `CRI-O, process ${pid}, cannot be told to reload (${errnoOf(cause)})`,
      next: "run it as root and among the node's own processes (hostPID: true in a pod), or run systemctl reload crio",
      facts: { pid, errno: errnoOf(cause) ?? null },
      cause,
    });
  }
}

function restartFailed({ process: { unit } }: Daemon, cause: unknown): ThawError {
  const why = cause instanceof ThawError ? cause.found : String(cause);
  return new ThawError('NODE_RESTART_FAILED', {
    message: `containerd could not be restarted: ${why}`,
    next: 'see journalctl for what it says, and restart it as it was started',
    facts: { unit: unit ?? null },
    cause,
  });
}

function notListed(runtime: string, handlers: readonly string[], listed: boolean): ThawError {
  return new ThawError('NODE_HANDLER_MISSING', {
    message: `${runtime} ${listed ? 'does not list' : 'still lists'} the handler ${HANDLER}`,
    next: "look into the runtime's log for what it says of the handler",
    facts: { runtime, handlers },
  });
}
