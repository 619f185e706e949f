import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { peakOf } from './run.ts';

/** A registry in a process of its own, which serves a data folder. */
export interface Server {
  /** host:port */
  readonly address: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** What a server process took from the machine over some time. */
export interface Cost {
  /** Peak resident memory in MiB. */
  readonly memory: number;
  /** The most files, sockets and pipes that were open at once. */
  readonly files: number;
  /** Seconds of processor time. */
  readonly cpu: number;
}

/** Milliseconds between two looks at the open files. */
const LOOK_EVERY = 25;
/** `getconf CLK_TCK` of every Linux that Node runs on. */
const TICKS = 100;

/** A child process as a server, which SIGTERM ends. */
export function serverOf(child: ChildProcess, address: string): Server {
  const { pid } = child;
  if (pid === undefined) throw new Error('the registry did not start');
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  };
  return { address, pid, stop };
}

/** Starts a server's process; its stderr is shown when it ends too early. */
export function startProcess(command: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const [program, ...args] = command;
  if (program === undefined) throw new Error('no command');
  return spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
}

/** Runs some work and says what it cost a server. The kernel's high-water mark of its memory begins anew before. */
export async function costOf<Result>(
  { pid }: Server,
  work: () => Promise<Result>,
): Promise<{ result: Result; cost: Cost }> {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  const before = cpuOf(pid);
  let files = openFilesOf(pid);
  const look = setInterval(() => {
    files = Math.max(files, openFilesOf(pid));
  }, LOOK_EVERY);
  try {
    const result = await work();
    return { result, cost: { memory: peakOf(pid), files, cpu: cpuOf(pid) - before } };
  } finally {
    clearInterval(look);
  }
}

function openFilesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Seconds in user and kernel mode: fields 14 and 15 of proc(5)'s stat, counted after the name, which may hold spaces. */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
