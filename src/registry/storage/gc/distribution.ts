import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parse } from 'yaml';

/** A running CNCF Distribution. */
export interface RunningDistribution {
  readonly pid: number;
  readonly command: string;
}

/** What its executable is called: in its own image, in Debian, and in packages of other makers. */
const NAMES = new Set(['registry', 'docker-registry', 'distribution', 'registry-v2']);
const DEFAULT_ROOT = '/var/lib/registry';

/**
 * The Distributions of this machine whose filesystem storage is this folder, also inside of containers: the folder is
 * compared by device and inode, as each process sees it. Processes that this user may not look into are passed over.
 */
export async function distributionsServing(root: string, proc = '/proc'): Promise<RunningDistribution[]> {
  const wanted = await placeOf(root);
  const found: RunningDistribution[] = [];
  for (const name of await readdir(proc).catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const folder = join(proc, name);
    const args = await textsIn(join(folder, 'cmdline'));
    if (!(await isDistribution(folder, args))) continue;
    const served = await placeOf(inside(folder, await rootOf(folder, args)));
    if (wanted !== undefined && served === wanted) found.push({ pid: Number(name), command: args.join(' ') });
  }
  return found;
}

async function isDistribution(folder: string, args: readonly string[]): Promise<boolean> {
  if (!args.includes('serve')) return false;
  const executable = await readlink(join(folder, 'exe')).catch(() => '');
  return [args[0] ?? '', executable].some((path) => NAMES.has(basename(path)));
}

/** `storage.filesystem.rootdirectory`, which a variable overrides (Distribution's configuration reference). */
async function rootOf(folder: string, args: readonly string[]): Promise<string> {
  const variables = await textsIn(join(folder, 'environ'));
  const variable = (name: string) => variables.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
  const named = variable('REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY');
  if (named !== undefined) return named;
  const file = args.slice(args.indexOf('serve') + 1).find((arg) => !arg.startsWith('-'));
  const config = file ?? variable('REGISTRY_CONFIGURATION_PATH');
  return config === undefined
    ? DEFAULT_ROOT
    : rootIn(await readFile(await seen(folder, config), 'utf8').catch(() => ''));
}

function rootIn(config: string): string {
  try {
    const root = parse(config)?.storage?.filesystem?.rootdirectory;
    return typeof root === 'string' ? root : DEFAULT_ROOT;
  } catch {
    return DEFAULT_ROOT;
  }
}

/** A path as the process means it. */
async function seen(folder: string, path: string): Promise<string> {
  const cwd = await readlink(join(folder, 'cwd')).catch(() => '/');
  return inside(folder, resolve(cwd, path));
}

function inside(folder: string, path: string): string {
  return `${folder}/root${resolve('/', path)}`;
}

async function placeOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && `${found.dev}:${found.ino}`;
}

/** The texts of a file that ends each with a zero byte; none where it cannot be read. */
async function textsIn(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8').catch(() => '')).split('\0').filter((text) => text !== '');
}
