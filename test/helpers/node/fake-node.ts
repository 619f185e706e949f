import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { ThawError } from '../../../src/errors.ts';
import { type Host, hostAt } from '../../../src/node/host/host.ts';
import { temporaryFolder } from '../fixtures.ts';
import { until } from '../until.ts';
import type { Setting } from './fake-runtime.ts';
import { containerdDump } from './merge.ts';

const ROOTS = new URL('../../fixtures/nodes/', import.meta.url).pathname;
const RUNTIME = new URL('./fake-runtime.ts', import.meta.url).pathname;

/** The roots below test/fixtures/nodes and how their runtime is started. */
const NODES = {
  kubeadm: containerd([]),
  'by-hand': containerd(['--config', '/etc/containerd/config.toml']),
  k3s: containerd(
    ['-c', '/var/lib/rancher/k3s/agent/etc/containerd/config.toml', '-a', '/run/k3s/containerd/containerd.sock'],
    {
      file: '/var/lib/rancher/k3s/agent/etc/containerd/config.toml',
      socket: '/run/k3s/containerd/containerd.sock',
      unit: 'k3s.service',
    },
  ),
  nvidia: containerd([]),
  'no-file': containerd([]),
  crio: crio([]),
  'crio-crun': crio([]),
  'crio-no-drop-ins': crio(['--config-dir', ''], { folder: '' }),
} as const;

export type NodeName = keyof typeof NODES;
export const NODE_NAMES = Object.keys(NODES) as NodeName[];

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
  write(path: string, text: string): Promise<void>;
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
const PROGRAMS = { '/usr/sbin/runc': RUNC, '/usr/local/sbin/runc': RUNC, '/usr/libexec/crio/runc': RUNC };

/** Makes one of the nodes in a temporary folder and starts its runtime. */
export async function fakeNode(t: ExecutionContext, name: NodeName, options: FakeNodeOptions = {}): Promise<FakeNode> {
  const root = join(await temporaryFolder(t), 'root');
  await cp(join(ROOTS, name), root, { recursive: true });
  const { args, unit, ...setting } = NODES[name];
  const programs: FakeNodeOptions['programs'] = { ...PROGRAMS, criu: 'Version: 4.2.1\n', ...options.programs };
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  for (const [path, said] of Object.entries(programs)) if (path.startsWith('/') && said) await write(path, said);
  await write('/proc/sys/kernel/osrelease', '6.18.44-amd64\n');
  await write('/sys/fs/cgroup/cgroup.controllers', 'cpu memory\n');
  await write('/etc/criu/runc.conf', 'tcp-close\nmanage-cgroups ignore\n');
  await mkdir(dirname(join(root, setting.socket)), { recursive: true });
  // As on every Linux: an absolute link, which must not lead to this machine's /run.
  await mkdir(join(root, 'var'), { recursive: true });
  await symlink('/run', join(root, 'var/run'));

  let running: ChildProcess | undefined;
  const stop = async () => {
    if (running === undefined) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
    await rm(join(root, 'proc', `${running.pid}`), { recursive: true });
    await rm(join(root, dirname(setting.socket)), { recursive: true });
    await mkdir(join(root, dirname(setting.socket)), { recursive: true });
    running = undefined;
  };
  const restart = async () => {
    await stop();
    running = spawn(process.execPath, [RUNTIME, JSON.stringify({ ...setting, ...options, root })], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await Promise.race([once(running.stdout ?? running, 'data'), once(running, 'exit')]);
    if (running.exitCode !== null) throw new Error('the fake runtime did not start');
    const program = setting.runtime === 'containerd' ? 'containerd' : 'crio';
    const proc = `/proc/${running.pid}`;
    await write(`${proc}/comm`, `${program}\n`);
    await write(`${proc}/cmdline`, [`/usr/bin/${program}`, ...args, ''].join('\0'));
    await write(`${proc}/environ`, 'PATH=/usr/local/sbin:/usr/sbin:/usr/bin\0HOME=/root\0');
    await write(`${proc}/cgroup`, options.hasUnit === false ? '0::/\n' : `0::/system.slice/${unit}\n`);
    await symlink(`/usr/bin/${program}`, join(root, proc, 'exe'));
  };
  t.teardown(stop);
  await restart();

  const ran: string[] = [];
  const run = async (program: string, words: readonly string[]) => {
    ran.push([program, ...words].join(' '));
    if (program === '/usr/bin/containerd') return containerdDump(root, words[1] ?? '');
    if (program === 'systemctl') {
      await (options.systemctl ?? restart)();
      return '';
    }
    const said = programs[program];
    if (said === undefined) throw new ThawError('PROGRAM_MISSING', { message: `no ${program}`, next: 'install it' });
    return said;
  };
  const countReloads = async () => (await readFile(join(root, 'run/reloads'), 'utf8').catch(() => '')).length;
  const reload = async () => {
    const before = await countReloads();
    running?.kill('SIGHUP');
    await until(countReloads, (count) => count > before);
  };
  return { root, host: hostAt(root, run), ran, write, restart, stop, reload, countReloads };
}

interface Started extends Omit<Setting, 'root'> {
  readonly args: readonly string[];
  readonly unit: string;
}

function containerd(args: readonly string[], others: Partial<Started> = {}): Started {
  const socket = '/run/containerd/containerd.sock';
  const file = '/etc/containerd/config.toml';
  return { runtime: 'containerd', version: 'v2.3.7', args, socket, file, unit: 'containerd.service', ...others };
}

function crio(args: readonly string[], others: Partial<Started> = {}): Started {
  const [file, folder] = ['/etc/crio/crio.conf', '/etc/crio/crio.conf.d'];
  const socket = '/run/crio/crio.sock';
  return { runtime: 'cri-o', version: '1.37.0', args, socket, file, folder, unit: 'crio.service', ...others };
}
