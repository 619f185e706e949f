import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What one run of a command took. */
export interface Run {
  readonly seconds: number;
  /** Peak resident memory in MiB of the command and, where one is named, of the server beside it. */
  readonly peak: number;
}

/** Milliseconds between two looks at the memory. The kernel keeps the high-water mark itself, so a rare look is enough. */
const LOOK_EVERY = 20;

/** Runs a command to its end and says how long it took and how much memory it had at most. Throws when it fails. */
export async function run(command: readonly string[], options: { env?: Record<string, string> } = {}): Promise<Run> {
  const [program, ...args] = command;
  if (program === undefined) throw new Error('no command');
  const started = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...options.env } });
  const stderr: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  let peak = 0;
  const look = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid));
  }, LOOK_EVERY);
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const seconds = (performance.now() - started) / 1000;
  clearInterval(look);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${Buffer.concat(stderr).toString()}`);
  return { seconds, peak };
}

/** Runs several commands one after the other as one measurement. */
export async function runAll(
  commands: readonly (readonly string[])[],
  options: { env?: Record<string, string> } = {},
): Promise<Run> {
  let total: Run = { seconds: 0, peak: 0 };
  for (const command of commands) {
    const one = await run(command, options);
    total = { seconds: total.seconds + one.seconds, peak: Math.max(total.peak, one.peak) };
  }
  return total;
}

/** Peak resident memory of a process so far, in MiB; 0 when it is gone. */
export function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** The middle of several runs by time. */
export function median(runs: readonly Run[]): Run {
  const sorted = [...runs].sort((a, b) => a.seconds - b.seconds);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new Error('no run');
  return { seconds: middle.seconds, peak: Math.max(...runs.map((one) => one.peak)) };
}
