import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { peakOf } from './run.ts';
import { type Server, serverOf, startProcess } from './server.ts';

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
  const server = await serveThaw(thaw, root);
  return {
    address: server.address,
    peak: () => peakOf(server.pid),
    stop: async () => {
      await server.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Starts the embedded registry, as a person would, on a data folder; it logs errors only. */
export async function serveThaw(thaw: readonly string[], root: string): Promise<Server> {
  const serve = ['registry', 'serve', '--root', root, '--listen', '127.0.0.1:0', '--json', '--quiet'];
  const child = startProcess([...thaw, ...serve]);
  const address = await new Promise<string>((resolve, reject) => {
    child.on('error', reject).on('exit', (code) => reject(new Error(`the registry ended with ${code}`)));
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const line = text.split('\n')[0];
      if (text.includes('\n') && line) resolve(JSON.parse(line).address);
    });
  });
  return serverOf(child, address);
}
