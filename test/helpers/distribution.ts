import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { temporaryFolder } from './fixtures.ts';
import { freePort } from './free-port.ts';
import { startTied, type TiedProcess } from './tied-process.ts';
import { which } from './which.ts';

/** CNCF Distribution by its major version: Debian's package, and what scripts/peers/distribution builds. */
export const DISTRIBUTIONS = { 2: 'docker-registry', 3: 'distribution' } as const;

export interface DistributionOptions {
  /** Its major version; 2 where left out. */
  readonly version?: keyof typeof DISTRIBUTIONS | undefined;
  /** Its data folder (with `docker/registry/v2` inside); a temporary one where left out. */
  readonly root?: string;
  /** An htpasswd file with bcrypt entries. */
  readonly htpasswd?: string;
  /** PEM files; with them it speaks HTTPS. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

export interface Distribution {
  /** `127.0.0.1:<port>` */
  readonly registry: string;
  /** `http://127.0.0.1:<port>` or `https:` */
  readonly url: string;
  readonly root: string;
  /** Ends it before the test does, e.g. to let another program have its data. */
  stop(): Promise<void>;
}

/** Starts CNCF Distribution on a free port of loopback; ends it with the test. */
export async function startDistribution(t: ExecutionContext, options: DistributionOptions = {}): Promise<Distribution> {
  const folder = await temporaryFolder(t);
  const root = options.root ?? join(folder, 'data');
  await mkdir(root, { recursive: true });
  const registry = `127.0.0.1:${await freePort()}`;
  const file = join(folder, 'config.json');
  await writeFile(file, JSON.stringify(configOf(root, registry, options)));

  const program = DISTRIBUTIONS[options.version ?? 2];
  const env = { ...process.env, OTEL_TRACES_EXPORTER: 'none' };
  const server = startTied(which(program) ?? program, ['serve', file], join(folder, 'log'), env);
  t.teardown(server.stop);
  await listening(server, registry);
  return { registry, url: `${options.tls === undefined ? 'http' : 'https'}://${registry}`, root, stop: server.stop };
}

/** YAML reads JSON. */
function configOf(root: string, addr: string, { htpasswd, tls }: DistributionOptions) {
  return {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: root }, delete: { enabled: true } },
    http: { addr, secret: 'test', ...(tls === undefined ? {} : { tls }) },
    ...(htpasswd === undefined ? {} : { auth: { htpasswd: { realm: 'test', path: htpasswd } } }),
  };
}

async function listening({ check }: TiedProcess, registry: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    await check();
    if (await answers(registry)) return;
    await sleep(50);
  }
  throw new Error(`Distribution does not listen at ${registry}`);
}

/** An answer of any kind, also Go's 400 to plain HTTP where it speaks TLS. */
async function answers(registry: string): Promise<boolean> {
  try {
    const response = await fetch(`http://${registry}/v2/`);
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
