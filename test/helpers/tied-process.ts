import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** A program that ends with the process that started it, also when that is killed. */
export interface TiedProcess {
  /** Throws, with the end of what it wrote, when it has ended. */
  check(): Promise<void>;
  stop(): Promise<void>;
}

/** Runs the program until descriptor 3 closes; who waits for that ends with the program, or it would hold the other end. */
const TIED = '"$0" "$@" & p=$!; { read -r _; kill -9 $p; } <&3 & r=$!; exec 3<&-; wait $p; s=$?; kill $r; exit $s';

/** Starts a program; what it writes goes to a file. */
export function startTied(
  program: string,
  args: readonly string[],
  log: string,
  env: NodeJS.ProcessEnv = process.env,
): TiedProcess {
  const file = openSync(log, 'a');
  const child = spawn('sh', ['-c', TIED, program, ...args], { stdio: ['ignore', file, file, 'pipe'], env });
  closeSync(file);
  return {
    check: async () => {
      if (child.exitCode === null) return;
      const said = (await readFile(log, 'utf8')).slice(-2000);
      throw new Error(`${program} ended with ${child.exitCode}:\n${said}`);
    },
    stop: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
  child.stdio[3]?.destroy();
  await ended;
}
