import { ThawError } from '../errors.ts';
import { readSandboxes } from './cri/sandboxes.ts';
import { NOTHING, readManifest } from './files/manifest.ts';
import { refuseAnyChanged, removeFiles, removeTraces, revertEdits } from './files/remove.ts';
import type { Host } from './host/host.ts';
import { isProgram } from './programs.ts';
import { type Daemon, findDaemon } from './runtime/daemon.ts';
import { isListed, refuseRestart, restart, untilListed } from './runtime/restart.ts';
import { HANDLER } from './runtime/wishes.ts';

/** How thaw is taken off a node. */
export interface UninstallOptions {
  readonly socket?: string | undefined;
  readonly restart?: boolean | undefined;
  /** Whether pods that still run under thaw, and files that somebody has changed, are no reason to stop. */
  readonly force?: boolean | undefined;
}

/** What was taken away. */
export interface Uninstalled {
  /** The files that were removed; empty where thaw was not there. */
  readonly removed: readonly string[];
  /** Edited files of others that somebody has changed since, and that are left as they are. */
  readonly left: readonly string[];
}

/**
 * Takes away what install put on the node, and nothing else: settings first, then, when the runtime has read them, the
 * programs. When this returns, the runtime no longer lists the handler. Throws NODE_IN_USE, NODE_FILE_CHANGED,
 * NODE_RESTART_NEEDED when all is removed and the runtime alone still has the handler, and the other NODE_ codes.
 */
export async function uninstall(host: Host, options: UninstallOptions = {}): Promise<Uninstalled> {
  const manifest = await readManifest(host);
  const { files, edits } = manifest;
  if (manifest === NOTHING) return { removed: [], left: [] };
  const daemon = await findDaemon(host, options.socket);
  if (options.force !== true) {
    refuseInUse(await readSandboxes(await host.at(daemon.socket), daemon.runtime));
    await refuseAnyChanged(host, manifest);
  }
  const left = await revertEdits(host, manifest);
  const paths = Object.keys(files);
  await removeFiles(
    host,
    paths.filter((path) => !isProgram(path)),
  );
  const unread = await unlist(host, daemon, options.restart === true);
  await removeFiles(host, paths.filter(isProgram));
  await removeTraces(host, manifest);
  if (unread !== undefined) throw unread;
  return { removed: [...paths, ...Object.keys(edits)].filter((path) => !left.includes(path)), left };
}

/** Makes the runtime forget the handler; gives the error where it must be restarted for that and may not be. */
async function unlist(host: Host, daemon: Daemon, mayRestart: boolean): Promise<unknown> {
  if (!(await isListed(host, daemon))) return undefined;
  try {
    refuseRestart(daemon, mayRestart);
  } catch (error) {
    return error;
  }
  await restart(host, daemon);
  await untilListed(host, daemon, { listed: false });
  return undefined;
}

function refuseInUse(sandboxes: Awaited<ReturnType<typeof readSandboxes>>): void {
  const pods = sandboxes
    .filter(({ handler }) => handler === HANDLER)
    .map(({ namespace, name }) => `${namespace}/${name}`);
  if (pods.length === 0) return;
  throw new ThawError('NODE_IN_USE', {
    message: `pods of RuntimeClass ${HANDLER} are on this node, and nothing else can stop them: ${pods.join(', ')}`,
    next: 'delete them, or move them to another node',
    facts: { pods },
  });
}
