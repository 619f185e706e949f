import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { which } from '../../test/helpers/which.ts';
import { type Server, serverOf, startProcess } from './server.ts';

/** CNCF Distribution as a program: what scripts/peers/distribution has built, else Debian's package. */
export interface DistributionProgram {
  readonly path: string;
  /** `Distribution 3.1.2` */
  readonly name: string;
}

/** The newest Distribution of this machine; undefined where there is none. */
export function findDistribution(): DistributionProgram | undefined {
  const path = which('distribution') ?? which('docker-registry');
  if (path === undefined) return undefined;
  const said = execFileSync(path, ['--version'], { encoding: 'utf8' });
  return { path, name: `Distribution ${/v?(\d+\.\d+\.\d+)/.exec(said)?.[1] ?? said.trim()}` };
}

/** Starts Distribution on a data folder as thaw serves it: no credentials, deletes allowed, errors logged only. */
export async function serveDistribution({ path }: DistributionProgram, root: string): Promise<Server> {
  const address = `127.0.0.1:${await freePort()}`;
  const file = join(root, 'config.json');
  await writeFile(file, JSON.stringify(configOf(root, address))); // YAML reads JSON
  const child = startProcess([path, 'serve', file], { OTEL_TRACES_EXPORTER: 'none' });
  const server = serverOf(child, address);
  await listening(server, () => child.exitCode);
  return server;
}

function configOf(root: string, addr: string) {
  return {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: root }, delete: { enabled: true } },
    http: { addr, secret: 'bench' },
  };
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function listening({ address }: Server, exitCode: () => number | null): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (exitCode() !== null) throw new Error(`Distribution ended with ${exitCode()}`);
    const answered = await fetch(`http://${address}/v2/`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    await sleep(25);
  }
  throw new Error(`Distribution does not listen at ${address}`);
}
