import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from './settings.ts';
import { statePaths } from './state.ts';

/** One process of the bed: a number alone could be another process's by the time `down` runs. */
export interface ProcessRecord {
  readonly name: string;
  readonly pid: number;
  /** When it started, in clock ticks since the host's boot: field 22 of /proc/<pid>/stat, proc(5). */
  readonly started: string;
}

/** In the environment of every process of a bed, with the bed's state folder. */
const MARK = 'THAW_BED';

/** Starts a program that outlives this one, with its output in log/<name>.log, and remembers it for `down`. */
export async function startDaemon(
  settings: Settings,
  name: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ProcessRecord> {
  const log = openSync(join(statePaths(settings).logs, `${name}.log`), 'a', 0o600);
  try {
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...env, [MARK]: settings.state },
      cwd: settings.state,
    });
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    return await remember(settings, name, child.pid ?? 0);
  } finally {
    closeSync(log);
  }
}

/** Remembers a process of the bed by its name. Throws Error when there is none of that number. */
export async function remember(settings: Settings, name: string, pid: number): Promise<ProcessRecord> {
  const started = startOf(pid);
  if (started === undefined) throw new Error(`${name} ended at once: ${await lastWords(settings, name)}`);
  const record = { name, pid, started };
  await writeFile(join(statePaths(settings).processes, `${name}.json`), JSON.stringify(record));
  return record;
}

/** Every process that the bed remembers, dead or alive. A record of which only a part was written is none. */
export async function remembered(settings: Settings): Promise<ProcessRecord[]> {
  const folder = statePaths(settings).processes;
  const names = await readdir(folder).catch(() => []);
  const records = names.map(async (name): Promise<ProcessRecord[]> => {
    try {
      return [JSON.parse(await readFile(join(folder, name), 'utf8')) as ProcessRecord];
    } catch {
      return [];
    }
  });
  return (await Promise.all(records)).flat();
}

/** The processes that the bed has started and that still run, and theirs, whether they were remembered or not. */
export async function strays({ state }: Settings): Promise<ProcessRecord[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = pids.map(async (pid): Promise<ProcessRecord[]> => {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    const started = startOf(pid);
    const isOurs = environment.split('\0').includes(`${MARK}=${state}`) && started !== undefined;
    return isOurs ? [{ name: `process ${pid}`, pid, started }] : [];
  });
  return (await Promise.all(found)).flat();
}

/** Throws Error with a daemon's last words when it has ended. */
export async function assertAlive(settings: Settings, record: ProcessRecord): Promise<void> {
  if (!isAlive(record)) throw new Error(`${record.name} ended: ${await lastWords(settings, record.name)}`);
}

/** Whether it is that very process that runs, and not a zombie or another one with its number. */
export function isAlive({ pid, started }: ProcessRecord): boolean {
  return startOf(pid) === started;
}

/** Kills a process, if it is still the one that was remembered, and waits for its end. */
export async function kill(record: ProcessRecord): Promise<void> {
  while (isAlive(record)) {
    try {
      process.kill(record.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    await sleep(20);
  }
}

/** The end of a process's log, for messages. */
export function lastWords(settings: Settings, name: string): Promise<string> {
  return endOf(join(statePaths(settings).logs, `${name}.log`));
}

/** The last lines of a log. */
export async function endOf(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-8).join('\n') || 'its log is empty';
}

/** undefined for a zombie too: it holds nothing any more, and its parent may take its time. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
