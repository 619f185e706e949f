import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from './host.ts';

/** A process of the node. */
export interface NodeProcess {
  readonly pid: number;
  /** The path of its program, as the node has it. */
  readonly program: string;
  /** Its arguments, without the program. */
  readonly args: readonly string[];
  /** Its PATH, where it has one and it may be read. */
  readonly path: string | undefined;
  /** The systemd unit that it belongs to: `containerd.service`. */
  readonly unit: string | undefined;
}

/** The processes whose name is one of these, oldest first. What ends while it is looked at is left out. */
export async function processesNamed(host: Host, name: string): Promise<NodeProcess[]> {
  const proc = await host.at('/proc');
  const pids = (await readdir(proc).catch(() => [])).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const found = await Promise.all(pids.sort((a, b) => a - b).map((pid) => read(join(proc, `${pid}`), pid, name)));
  return found.filter((process) => process !== undefined);
}

/** The value of a flag as Go's programs take it: `--config x`, `--config=x`, `-c x`; undefined where it is not given. */
export function flagValue(args: readonly string[], ...names: readonly string[]): string | undefined {
  for (const [at, arg] of args.entries()) {
    const [flag = '', ...value] = arg.split('=');
    if (!names.includes(flag.replace(/^--?/, '')) || !flag.startsWith('-')) continue;
    return value.length > 0 ? value.join('=') : args[at + 1];
  }
  return undefined;
}

async function read(folder: string, pid: number, name: string): Promise<NodeProcess | undefined> {
  const text = (file: string) => readFile(join(folder, file), 'utf8').catch(() => undefined);
  if ((await text('comm'))?.trim() !== name) return undefined;
  const [program, ...args] = ((await text('cmdline')) ?? '').split('\0').slice(0, -1);
  if (program === undefined) return undefined;
  // A program that was replaced while it runs has this behind its name.
  const exe = (await readlink(join(folder, 'exe')).catch(() => program)).replace(/ \(deleted\)$/, '');
  const environment = ((await text('environ')) ?? '').split('\0');
  const path = environment.find((variable) => variable.startsWith('PATH='))?.slice('PATH='.length);
  return { pid, program: exe, args, path, unit: unitOf((await text('cgroup')) ?? '') };
}

/** `0::/system.slice/containerd.service`; on cgroup v1 the line of systemd's own hierarchy. */
function unitOf(cgroups: string): string | undefined {
  return /([^/\s]+\.service)(?:\/|$)/m.exec(cgroups)?.[1];
}
