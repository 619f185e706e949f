import { isThawError } from '../../errors.ts';
import { type Manifest, readManifest } from '../files/manifest.ts';
import { digestOf } from '../files/write.ts';
import type { Host } from '../host/host.ts';
import { isThere, readText } from '../host/read.ts';
import { type Daemon, findDaemon } from '../runtime/daemon.ts';
import { isListed } from '../runtime/restart.ts';
import { findRunc } from '../runtime/runc.ts';
import { readRuntimeState } from '../runtime/state.ts';
import { parseVersion, showVersion } from '../runtime/version.ts';
import { type OwnRestore, ownRestore } from './own-restore.ts';

/** Whether a node has thaw: all as it was put there, none, or something that is not as it was. */
export type InstallState = 'installed' | 'changed' | 'absent';

/** What decides about checkpoints and restores on a node. */
export interface NodeFacts {
  readonly runtime: Pick<Daemon, 'version' | 'socket'> & { readonly name: Daemon['runtime'] };
  readonly thaw: InstallState;
  /** Whether the runtime lists the handler thaw, and has read what it was told of it last. */
  readonly isInForce: boolean;
  readonly kernel: string;
  /** 1 or 2; hybrid hosts count as 1. */
  readonly cgroups: 1 | 2;
  /** Versions; null where the program is not there. */
  readonly runc: string | null;
  readonly criu: string | null;
  /** The options in /etc/criu/runc.conf. */
  readonly criuOptions: readonly string[];
  readonly ownRestore: OwnRestore;
}

/** Looks at a node. Throws NODE_RUNTIME_UNKNOWN, NODE_RUNTIME_SILENT, NODE_CONFIG_UNREADABLE, NODE_MANIFEST_INVALID. */
export async function gatherFacts(host: Host, socket?: string): Promise<NodeFacts> {
  const daemon = await findDaemon(host, socket);
  const state = await readRuntimeState(host, daemon);
  const manifest = await readManifest(host);
  const isRead = manifest.unread !== daemon.process.pid;
  return {
    runtime: { name: daemon.runtime, version: daemon.version, socket: daemon.socket },
    thaw: await installState(host, manifest),
    isInForce: isRead && (await isListed(host, daemon)),
    kernel: (await readText(host, '/proc/sys/kernel/osrelease'))?.trim() ?? 'unknown',
    cgroups: (await isThere(host, '/sys/fs/cgroup/cgroup.controllers')) ? 2 : 1,
    runc: await runcVersion(host, daemon, state),
    criu: await criuVersion(host),
    criuOptions: await criuOptions(host),
    ownRestore: ownRestore(daemon, state.settings),
  };
}

async function installState(host: Host, { files }: Manifest): Promise<InstallState> {
  const entries = Object.entries(files);
  if (entries.length === 0) return 'absent';
  for (const [path, digests] of entries) {
    const digest = await digestOf(host, path);
    if (digest === undefined || digests.length !== 1 || digests[0] !== digest) return 'changed';
  }
  return 'installed';
}

type State = Awaited<ReturnType<typeof readRuntimeState>>;

async function runcVersion(host: Host, { process }: Daemon, { plan }: State): Promise<string | null> {
  try {
    return (await findRunc(host, plan({ editConfig: true }).runc, process.path)).version;
  } catch (error) {
    if (isThawError(error)) return null;
    throw error;
  }
}

async function criuVersion(host: Host): Promise<string | null> {
  try {
    const version = parseVersion(await host.run('criu', ['--version']));
    return version === undefined ? null : showVersion(version);
  } catch (error) {
    if (isThawError(error)) return null;
    throw error;
  }
}

/** criu(8), CONFIGURATION FILES: an option a line, without its dashes; a value behind it or behind `=`. */
async function criuOptions(host: Host): Promise<string[]> {
  const text = (await readText(host, '/etc/criu/runc.conf')) ?? '';
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  return lines.filter(Boolean).map((line) => line.replace(/^--/, '').replace(/[\s=]+/, '='));
}
