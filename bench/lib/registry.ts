import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { peakOf } from './run.ts';

/** A registry in a process of its own. */
export interface Registry {
  /** host:port */
  readonly address: string;
  /** Peak resident memory so far, in MiB. */
  peak(): number;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/** Starts the embedded registry, as a person would, on an empty folder below `folder`. */
export async function startThawRegistry(thaw: readonly string[], folder: string): Promise<Registry> {
  const root = await mkdtemp(join(folder, 'registry-'));
  const [program, ...args] = [...thaw, 'registry', 'serve', '--root', root, '--listen', '127.0.0.1:0', '--json'];
  if (program === undefined) throw new Error('no command');
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const address = await new Promise<string>((resolve, reject) => {
    child.on('error', reject).on('exit', (code) => reject(new Error(`the registry ended with ${code}`)));
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const line = text.split('\n')[0];
      if (text.includes('\n') && line) resolve(JSON.parse(line).address);
    });
  });
  return {
    address,
    peak: () => peakOf(child.pid),
    stop: async () => {
      child.removeAllListeners('exit');
      const gone = new Promise((resolve) => child.on('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      await rm(root, { recursive: true, force: true });
    },
  };
}
