import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { ExecutionContext } from 'ava';
import { CLI } from './thaw.ts';

/** How the process is started. */
export interface ServeProcessOptions {
  /** More options of `thaw registry serve`. */
  readonly args?: readonly string[];
  /** A program and its options that run the command, such as `strace -f`. */
  readonly under?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** `thaw registry serve` as a process of its own. */
export interface ServeProcess {
  readonly url: string;
  /** Sends a signal and waits until the process, and what it runs under, has ended. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Starts `thaw registry serve` on a free port of loopback, from source; it is killed with the test at the latest. */
export async function startServeProcess(
  t: ExecutionContext,
  root: string,
  { args = [], under = [], env = {} }: ServeProcessOptions = {},
): Promise<ServeProcess> {
  const serve = [process.execPath, CLI, 'registry', 'serve', '--root', root, '--listen', '127.0.0.1:0', '--json'];
  const [program = '', ...rest] = [...under, ...serve, ...args];
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    process.kill(under.length === 0 ? Number(child.pid) : await childOf(child), signal);
    await ended;
  };
  t.teardown(() => end('SIGKILL'));
  return { url: await urlOf(child), end };
}

async function urlOf(child: ChildProcess): Promise<string> {
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  if (child.stdout !== null) {
    for await (const line of createInterface(child.stdout)) return JSON.parse(line).url;
  }
  throw new Error(`thaw registry serve ended: ${said}`);
}

/** The process that runs under another; the other one ends with it. */
async function childOf({ pid }: ChildProcess): Promise<number> {
  return Number((await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ')[0]);
}
