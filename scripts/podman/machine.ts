import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { machineCgroups } from './cgroups.ts';

/** A Debian 13 with Podman, in namespaces of its own but with this host's network. */
export interface Machine {
  /** A folder that both sides have: its path on this host. The machine has it at /shared. */
  readonly shared: string;
  /** Runs a program in it, and gives what it said, whatever its exit code. */
  run(...command: readonly string[]): Promise<Said>;
  /** Ends everything in it and removes what it left on this host. */
  stop(): Promise<void>;
}

/** What a program in a machine said. */
export interface Said {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a machine is made of. */
export interface MachineOptions {
  /** The root that podmanRoot() gives; nothing is written to it. */
  readonly base: string;
  /** Files of the machine's own, by their path without a leading slash. */
  readonly files: Readonly<Record<string, string>>;
  /** The version of cgroups that it sees, where the host has both. */
  readonly cgroups?: 1 | 2;
}

/**
 * Starts a machine, in a fraction of a second. Wants root. It ends with `stop`, and also when this process does, however
 * that ends: its first process waits for the end of a pipe that this one holds. Throws Error when it cannot start.
 */
export async function startMachine({ base, files, cgroups }: MachineOptions): Promise<Machine> {
  const name = `thaw-podman-${randomBytes(4).toString('hex')}`;
  const own = machineCgroups(await readFile('/proc/self/mountinfo', 'utf8'), name, cgroups);
  const folder = await makeFolder(name, files);
  const env = { PATH, BASE: base, FOLDER: folder, INIT: besides('machine-init.sh'), ...own.env };
  // Detached, so that a signal to this process's group leaves it to clean up after itself.
  const child = spawn('sh', [besides('machine-enter.sh'), ...own.folders], { detached: true, stdio: 'pipe', env });
  const ended = once(child, 'exit');
  const init = await firstLine(child);
  if (init.error !== undefined) {
    // What it had made is taken away first.
    await ended;
    throw new Error(`the machine in ${folder} did not start: ${init.error}`);
  }
  return {
    shared: join(folder, 'shared'),
    run: (...command) => runIn(init.pid, own.joinedBy, command),
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

async function makeFolder(name: string, files: MachineOptions['files']): Promise<string> {
  const folder = join(tmpdir(), name);
  await mkdir(folder, { mode: 0o700 });
  for (const part of ['ram', 'shared', 'files']) await mkdir(join(folder, part));
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, 'files', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return folder;
}

function besides(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** The number of the machine's first process, which it says once it is ready; or what it said instead. */
async function firstLine(
  child: ChildProcess,
): Promise<{ pid: string; error?: never } | { pid?: never; error: string }> {
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  if (child.stdout !== null) for await (const pid of createInterface(child.stdout)) return { pid };
  return { error: said.trim() };
}

/** Joins the machine's cgroups, since CRIU notes those of a container relative to them, and then its namespaces. */
const ENTER =
  'for procs in $PROCS; do echo 0 >"$procs"; done; unset PROCS; ' +
  'exec nsenter --target "$0" --mount --pid --ipc --uts --cgroup --root --wd -- "$@"';

async function runIn(init: string, joinedBy: readonly string[], command: readonly string[]): Promise<Said> {
  const env = { PATH, HOME: '/root', PROCS: joinedBy.join(' '), PODMAN_IGNORE_CGROUPSV1_WARNING: '1' };
  const options = { reject: false, stripFinalNewline: false, extendEnv: false, env };
  const { exitCode, stdout, stderr } = await execa('sh', ['-c', ENTER, init, ...command], options);
  return { exitCode, stdout, stderr };
}
