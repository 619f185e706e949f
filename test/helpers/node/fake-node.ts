import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { ThawError } from '../../../src/errors.ts';
import { type Host, hostAt } from '../../../src/node/host/host.ts';
import { temporaryFolder } from '../fixtures.ts';
import { FakeProcess } from './fake-process.ts';
import type { Setting } from './fake-runtime.ts';
import { containerdDump } from './merge.ts';
import { NODES, type NodeName } from './nodes.ts';

const ROOTS = new URL('../../fixtures/nodes/', import.meta.url).pathname;

export type { NodeName } from './nodes.ts';

/** How a fake node differs from its fixture. */
export interface FakeNodeOptions extends Partial<Pick<Setting, 'sandboxes' | 'refusesThaw' | 'version'>> {
  /** What its programs print, by their paths; undefined for one that is not there. */
  readonly programs?: Readonly<Record<string, string | undefined>>;
  /** Whether its runtime runs in a systemd unit. */
  readonly hasUnit?: boolean;
  /** What systemctl does in place of a restart. */
  readonly systemctl?: () => Promise<void>;
}

/** A node whose files are real, and whose runtime is a process that reads them. */
export interface FakeNode {
  readonly root: string;
  readonly host: Host;
  /** The programs that were run on it. */
  readonly ran: readonly string[];
  /** Writes a file of it. */
  readonly write: (path: string, text: string) => Promise<void>;
  /** Starts the runtime anew, as a restart of its unit does. */
  restart(): Promise<void>;
  /** Ends the runtime. */
  stop(): Promise<void>;
  /** Tells CRI-O to reload, and waits until it has. */
  reload(): Promise<void>;
  /** How often it was told so. */
  countReloads(): Promise<number>;
}

const RUNC = 'runc version 1.3.6\ncommit: v1.3.6\nspec: 1.2.1\n';
const PROGRAMS = {
  '/usr/sbin/runc': RUNC,
  '/usr/local/sbin/runc': RUNC,
  '/usr/libexec/crio/runc': RUNC,
  criu: 'Version: 4.2.1\n',
};

/** Makes one of the nodes in a temporary folder and starts its runtime. */
export async function fakeNode(t: ExecutionContext, name: NodeName, options: FakeNodeOptions = {}): Promise<FakeNode> {
  const root = join(await temporaryFolder(t), 'root');
  await cp(join(ROOTS, name), root, { recursive: true });
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  const programs = { ...PROGRAMS, ...options.programs };
  for (const [path, said] of Object.entries(programs)) if (path.startsWith('/') && said) await write(path, said);
  await furnish(root, write, NODES[name].socket);
  const { sandboxes = [], refusesThaw = false, version = NODES[name].version, hasUnit = true } = options;
  const runtime = new FakeProcess({ ...NODES[name], sandboxes, refusesThaw, version, hasUnit, root });
  t.teardown(() => runtime.stop());
  await runtime.restart();
  const ran: string[] = [];
  const run = async (program: string, words: readonly string[]) => {
    ran.push([program, ...words].join(' '));
    if (program === '/usr/bin/containerd') return containerdDump(root, words[1] ?? '');
    if (program === 'systemctl') return (options.systemctl ?? (() => runtime.restart()))().then(() => '');
    return said(program, programs[program as keyof typeof programs]);
  };
  return {
    root,
    host: hostAt(root, run),
    ran,
    write,
    restart: () => runtime.restart(),
    stop: () => runtime.stop(),
    reload: () => runtime.reload(),
    countReloads: () => runtime.countReloads(),
  };
}

/** What every Linux has. */
async function furnish(root: string, write: FakeNode['write'], socket: string): Promise<void> {
  await write('/proc/sys/kernel/osrelease', '6.18.44-amd64\n');
  await write('/sys/fs/cgroup/cgroup.controllers', 'cpu memory\n');
  await write('/etc/criu/runc.conf', 'tcp-close\nmanage-cgroups ignore\n');
  await mkdir(dirname(join(root, socket)), { recursive: true });
  await mkdir(join(root, 'var'), { recursive: true });
  // An absolute link, which must not lead to this machine's /run.
  await symlink('/run', join(root, 'var/run'));
}

function said(program: string, text: string | undefined): string {
  if (text !== undefined) return text;
  throw new ThawError('PROGRAM_MISSING', { message: `no ${program}`, next: 'install it' });
}
