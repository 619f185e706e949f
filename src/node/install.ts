import { ThawError } from '../errors.ts';
import { type Applied, applyPlan } from './files/apply.ts';
import { type Manifest, readManifest, writeManifest } from './files/manifest.ts';
import type { Host } from './host/host.ts';
import { type OwnPrograms, programFiles } from './programs.ts';
import { type Daemon, findDaemon } from './runtime/daemon.ts';
import { isListed, refuseRestart, rereadRegistries, restart, untilListed } from './runtime/restart.ts';
import { findRunc, type Runc } from './runtime/runc.ts';
import { readRuntimeState } from './runtime/state.ts';
import { refuseOld } from './runtime/too-old.ts';
import { HANDLER, type Wishes } from './runtime/wishes.ts';

/** How thaw is put on a node. */
export interface InstallOptions extends Wishes {
  readonly programs: OwnPrograms;
  /** The runtime's socket, where it is not found by itself. */
  readonly socket?: string | undefined;
  /** Whether the runtime may be restarted. */
  readonly restart?: boolean | undefined;
  /** Whether files of thaw's that somebody has changed are overwritten. */
  readonly force?: boolean | undefined;
  /** Milliseconds that the runtime gets to list the handler. */
  readonly patience?: number | undefined;
}

/** What there is on the node now. */
export interface Installed {
  readonly daemon: Daemon;
  readonly runc: Runc;
  /** The files that were written; empty where all was there already. */
  readonly written: readonly string[];
}

/**
 * Puts the thaw runtime beside the node's own, and tells the runtime of it. When this returns, the runtime has the
 * handler. It can be called again at any time, and then does only what is not done yet. A configuration that turns out
 * wrong is taken back. Throws the NODE_ codes, FILE_EXISTS, STORAGE_FULL, STORAGE_FAILED, PROGRAM_MISSING, PROGRAM_FAILED.
 */
export async function install(host: Host, options: InstallOptions): Promise<Installed> {
  const daemon = await findDaemon(host, options.socket);
  refuseOld(daemon);
  const state = await readRuntimeState(host, daemon);
  const manifest = await readManifest(host);
  if (state.handlers.includes(HANDLER)) refuseTaken(daemon, manifest);
  const { runc: program, ...settings } = state.plan(options);
  const runc = await findRunc(host, program, daemon.process.path);
  const plan = { programs: programFiles(options.programs, runc.path), ...settings };
  const applied = await applyPlan(host, plan, { daemon: daemon.process.pid, force: options.force === true });
  if (applied.changesSettings) await orUndo(applied, () => state.verify());
  await makeRead(host, daemon, applied, options);
  return { daemon, runc, written: applied.written };
}

/** Makes the runtime read what it has not read yet. */
async function makeRead(host: Host, daemon: Daemon, applied: Applied, options: InstallOptions): Promise<void> {
  const { unread, ...read } = await readManifest(host);
  if (unread === daemon.process.pid || !(await isListed(host, daemon))) {
    refuseRestart(daemon, options.restart === true);
    const again = () => restart(host, daemon).catch(() => {});
    const restartAndWait = () =>
      restart(host, daemon).then(() => untilListed(host, daemon, { listed: true, patience: options.patience }));
    await orUndo(applied, restartAndWait, again);
  } else if (applied.changesRegistry) {
    rereadRegistries(daemon);
  }
  if (unread !== undefined) await writeManifest(host, read);
}

async function orUndo(applied: Applied, work: () => Promise<void>, afterwards = async () => {}): Promise<void> {
  try {
    await work();
  } catch (error) {
    await applied.undo();
    await afterwards();
    throw error;
  }
}

function refuseTaken({ runtime }: Daemon, manifest: Manifest): void {
  if (Object.keys(manifest.files).length > 0 || Object.keys(manifest.edits).length > 0) return;
  throw new ThawError('NODE_HANDLER_TAKEN', {
    message: `${runtime} is told of a handler ${HANDLER} already, and not by thaw node install`,
    next: 'take it out of its configuration first',
    facts: { runtime, handler: HANDLER },
  });
}
