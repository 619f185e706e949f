import { readFile, readlink } from 'node:fs/promises';

/** Which process, of which start of which machine. Everything is text, and empty where this system does not tell. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Ticks between the start of the machine and that of the process: a process id is given out again, this is not. */
  readonly started: string;
  readonly boot: string;
  /** Process ids mean something only inside of one namespace. */
  readonly namespace: string;
}

/** This process. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  return { pid: process.pid, started: await startOf(process.pid), ...(await placeOf()) };
}

/** Whether a process runs; undefined where that cannot be seen from here: another machine, or another namespace. */
export async function isRunning({ pid, started, boot, namespace }: ProcessIdentity): Promise<boolean | undefined> {
  const here = await placeOf();
  if (boot === '' || namespace === '' || boot !== here.boot || namespace !== here.namespace) return undefined;
  return (await startOf(pid)) === started;
}

async function placeOf(): Promise<Pick<ProcessIdentity, 'boot' | 'namespace'>> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return { boot: boot.trim(), namespace: await readlink('/proc/self/ns/pid').catch(() => '') };
}

/** Field 22 of /proc/<pid>/stat (proc_pid_stat(5)); the second one may hold spaces, and ends with the last bracket. */
async function startOf(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
