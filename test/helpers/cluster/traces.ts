import { existsSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Settings } from '../../../scripts/cluster/settings.ts';

/** All that a bed could leave on this host. */
export interface Traces {
  readonly folder: boolean;
  /** Whatever has to do with its folder: by its command line, its working folder or its mounts. */
  readonly processes: readonly string[];
  readonly mounts: readonly string[];
  readonly links: readonly string[];
  readonly routes: readonly string[];
  readonly cgroups: readonly string[];
  /** Settings of the kernel by their path below /proc/sys. */
  readonly sysctls: Readonly<Record<string, string>>;
}

/** Parts of /proc/sys in which a node's programs write, and whose values the kernel leaves alone. */
const SYSCTLS = ['vm', 'kernel/keys', 'kernel/panic', 'kernel/panic_on_oops', 'fs/inotify', 'net/ipv4/ip_forward'];

/** Looks for the traces of a bed with these settings. */
export async function tracesOf(settings: Settings): Promise<Traces> {
  const { state, bridge, host } = settings;
  const mine = (text: string) => text.split('\n').filter((line) => line.includes(state));
  return {
    folder: existsSync(state),
    processes: await processesOf(state),
    mounts: mine(await readFile('/proc/self/mountinfo', 'utf8')),
    links: (await linesOf('ip', '-oneline', 'link')).filter((line) => line.includes(bridge)),
    routes: (await linesOf('ip', 'route')).filter((line) => line.includes(host.replace(/\.0\.1$/, '.'))),
    cgroups: await cgroupsOf(bridge),
    sysctls: Object.fromEntries(
      (await Promise.all(SYSCTLS.map((path) => valuesBelow(join('/proc/sys', path))))).flat(),
    ),
  };
}

async function processesOf(state: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = pids.map(async (pid) => {
    const at = (file: string) => readFile(join('/proc', pid, file), 'utf8').catch(() => '');
    const texts = [await at('cmdline'), await at('mountinfo'), await readlink(`/proc/${pid}/cwd`).catch(() => '')];
    return texts.some((text) => text.includes(state)) ? [`${pid} ${(await at('comm')).trim()}`] : [];
  });
  return (await Promise.all(found)).flat();
}

async function cgroupsOf(bridge: string): Promise<string[]> {
  const { stdout } = await execa`find /sys/fs/cgroup -maxdepth 3 -name ${`${bridge}-*`}`;
  return stdout.split('\n').filter((path) => path !== '');
}

/** Values that can be read, and are not ours alone to write at any moment: those of other users are left out. */
async function valuesBelow(path: string): Promise<[string, string][]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [[path, (await readFile(path, 'utf8').catch(() => 'unreadable')).trim()]];
  return (await Promise.all(entries.map(({ name }) => valuesBelow(join(path, name))))).flat();
}

async function linesOf(program: string, ...args: readonly string[]): Promise<string[]> {
  return (await execa(program, args)).stdout.split('\n');
}
