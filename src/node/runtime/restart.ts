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
 * Throws NODE_RESTART_NEEDED where the runtime may not be restarted, or runs in no systemd unit. containerd reads its
 * settings only when it starts. CRI-O can be told to reload, and then lists a new handler, but pods cannot use it before a
 * restart: `failed to find runtime handler` (seen with 1.36.3 and 1.37.0).
 */
export function refuseRestart({ runtime, process: { unit } }: Daemon, restart: boolean): void {
  if (restart && unit !== undefined) return;
  const command =
    unit === undefined ? 'restart it as it was started' : `run systemctl restart ${unit}, or this with --restart`;
  throw new ThawError('NODE_RESTART_NEEDED', {
    message: `${runtime} takes in a handler only when it starts, and was not restarted`,
    next: `${command}: containers live on`,
    facts: { runtime, unit: unit ?? null },
  });
}

/** Restarts the unit that the runtime runs in. Throws NODE_RESTART_FAILED. */
export async function restart(host: Host, { runtime, process: { unit } }: Daemon): Promise<void> {
  try {
    await host.run('systemctl', ['restart', unit ?? runtime]);
  } catch (cause) {
    const why = cause instanceof ThawError ? cause.found : String(cause);
    throw new ThawError('NODE_RESTART_FAILED', {
      message: `${runtime} could not be restarted: ${why}`,
      next: 'see journalctl for what it says, and restart it as it was started',
      facts: { runtime, unit: unit ?? null },
      cause,
    });
  }
}

/** Tells CRI-O to read its registries again; containerd reads them at each pull. Throws NODE_RESTART_FAILED. */
export function rereadRegistries({ runtime, process: { pid } }: Daemon): void {
  if (runtime === 'containerd') return;
  try {
    process.kill(pid, 'SIGHUP');
  } catch (cause) {
    throw new ThawError('NODE_RESTART_FAILED', {
      message: `CRI-O, process ${pid}, cannot be told to reload (${errnoOf(cause)})`,
      next: "run it as root and among the node's own processes (hostPID: true in a pod), or run systemctl reload crio",
      facts: { runtime, pid, errno: errnoOf(cause) ?? null },
      cause,
    });
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

function notListed(runtime: string, handlers: readonly string[], listed: boolean): ThawError {
  return new ThawError('NODE_HANDLER_MISSING', {
    message: `${runtime} ${listed ? 'does not list' : 'still lists'} the handler ${HANDLER}`,
    next: "look into the runtime's log for what it says of the handler",
    facts: { runtime, handlers },
  });
}
