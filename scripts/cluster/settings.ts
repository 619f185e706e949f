import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** One node of the test bed. */
export interface NodeSettings {
  readonly name: string;
  /** Its address on the bed's bridge. */
  readonly address: string;
  /** The addresses of its pods, as a CIDR. */
  readonly pods: string;
  /** What the host calls its end of the node's cable; at most 15 characters. */
  readonly link: string;
  readonly runtime: RuntimeSettings;
}

/** The runtime of a node: containerd from Go modules, or a CRI-O that is on the machine. */
export type RuntimeSettings = { readonly kind: 'containerd' } | { readonly kind: 'crio'; readonly program: string };

/** Where a test bed lives and what it is called by. */
export interface Settings {
  /** Built programs and Debian roots, by version; shared by all beds. */
  readonly cache: string;
  /** Everything that one running bed writes; `down` removes it. */
  readonly state: string;
  readonly bridge: string;
  /** This host's address on the bridge: etcd, the API server and the registry listen there, and nowhere else. */
  readonly host: string;
  /** What the nodes call the registry. */
  readonly registryName: string;
  readonly registryPort: number;
  readonly nodes: readonly NodeSettings[];
}

/** The variables that change the bed. */
export const VARIABLES = {
  THAW_CLUSTER: 'the folder that a running bed keeps everything in',
  THAW_CLUSTER_NUMBER:
    'which of 100 networks it takes, 0 to 99: beds with different numbers and folders run side by side',
  THAW_CRIO: 'a crio program to run in place of containerd; without it the one on PATH, if there is one',
  THAW_RUNTIMES: 'the runtime of node-a and of node-b, containerd or crio: "containerd,crio"; one word is for both',
} as const;

/** A setting that makes no sense; the message says what was wanted and what was found. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** The settings that the environment asks for. Throws SettingsError. */
export function settingsOf(env: Readonly<Record<string, string | undefined>>): Settings {
  const cache = join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'thaw');
  const number = numberOf(env['THAW_CLUSTER_NUMBER'] || '0');
  // The nodes and pods of bed n live in 10.(77+n).0.0/16.
  const net = `10.${77 + number}`;
  const runtimes = runtimesOf(env);
  return {
    cache,
    state: resolve(env['THAW_CLUSTER'] || join(cache, 'cluster')),
    bridge: `thaw${number}`,
    host: `${net}.0.1`,
    registryName: 'checkpoint-registry.local',
    registryPort: 5000,
    nodes: runtimes.map((runtime, index) => ({
      name: `node-${'ab'[index]}`,
      address: `${net}.0.${11 + index}`,
      pods: `${net}.${101 + index}.0/24`,
      link: `thaw${number}p${index}`,
      runtime,
    })),
  };
}

function numberOf(text: string): number {
  const number = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(number)) throw new SettingsError(`THAW_CLUSTER_NUMBER is a number from 0 to 99, not "${text}"`);
  return number;
}

function runtimesOf(env: Readonly<Record<string, string | undefined>>): readonly [RuntimeSettings, RuntimeSettings] {
  const crio = env['THAW_CRIO'] || onPath('crio', env['PATH']);
  const [a = '', b = a, ...more] = (env['THAW_RUNTIMES'] || (crio ? 'crio' : 'containerd')).split(',');
  if (more.length > 0) throw new SettingsError(`THAW_RUNTIMES names two runtimes at most, not ${2 + more.length}`);
  return [runtimeOf(a, crio), runtimeOf(b, crio)];
}

function runtimeOf(kind: string, crio: string | undefined): RuntimeSettings {
  if (kind === 'containerd') return { kind };
  if (kind !== 'crio') throw new SettingsError(`THAW_RUNTIMES knows containerd and crio, not "${kind}"`);
  if (!crio) throw new SettingsError('THAW_RUNTIMES asks for crio, and there is none on PATH: set THAW_CRIO=<path>');
  return { kind, program: resolve(crio) };
}

function onPath(program: string, path = ''): string | undefined {
  return path
    .split(':')
    .map((folder) => join(folder, program))
    .find((file) => existsSync(file));
}
