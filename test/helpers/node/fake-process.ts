import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { until } from '../until.ts';
import type { Setting } from './fake-runtime.ts';
import type { Started } from './nodes.ts';

const RUNTIME = new URL('./fake-runtime.ts', import.meta.url).pathname;

/** How the runtime of a fake node is seen, beside what it is. */
export interface ProcessSetting extends Started, Setting {
  readonly hasUnit: boolean;
}

/** The runtime of a fake node: a process that is seen in the node's /proc. */
export class FakeProcess {
  readonly #setting: ProcessSetting;
  #running: ChildProcess | undefined;

  constructor(setting: ProcessSetting) {
    this.#setting = setting;
  }

  /** Starts it, or starts it anew. */
  async restart(): Promise<void> {
    await this.stop();
    const child = spawn(process.execPath, [RUNTIME, JSON.stringify(this.#setting)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#running = child;
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    if (child.exitCode !== null) throw new Error('the fake runtime did not start');
    await this.#show(Number(child.pid));
  }

  async stop(): Promise<void> {
    const child = this.#running;
    if (child === undefined) return;
    this.#running = undefined;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    const { root, socket } = this.#setting;
    await rm(join(root, 'proc', `${child.pid}`), { recursive: true });
    await rm(join(root, dirname(socket)), { recursive: true });
    await mkdir(join(root, dirname(socket)), { recursive: true });
  }

  /** Tells it to reload, and waits until it has. */
  async reload(): Promise<void> {
    const before = await this.countReloads();
    this.#running?.kill('SIGHUP');
    await until(
      () => this.countReloads(),
      (count) => count > before,
    );
  }

  async countReloads(): Promise<number> {
    return (await readFile(join(this.#setting.root, 'run/reloads'), 'utf8').catch(() => '')).length;
  }

  async #show(pid: number): Promise<void> {
    const { root, runtime, args, unit, hasUnit } = this.#setting;
    const program = `/usr/bin/${runtime === 'containerd' ? 'containerd' : 'crio'}`;
    const files = {
      comm: `${program.slice('/usr/bin/'.length)}\n`,
      cmdline: [program, ...args, ''].join('\0'),
      environ: 'PATH=/usr/local/sbin:/usr/sbin:/usr/bin\0HOME=/root\0',
      cgroup: hasUnit ? `0::/system.slice/${unit}\n` : '0::/\n',
    };
    const proc = join(root, 'proc', `${pid}`);
    await mkdir(proc, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(proc, name), text);
    await symlink(program, join(proc, 'exe'));
  }
}
