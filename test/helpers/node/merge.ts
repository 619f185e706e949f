import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parse, stringify, type TomlTable } from 'smol-toml';

const DEFAULTS = new URL('../../fixtures/nodes/defaults/', import.meta.url).pathname;

/** What `containerd config dump` prints for a file below a root: the recorded defaults, with the file and its imports. */
export async function containerdDump(root: string, file: string): Promise<string> {
  const dump = parse(await readFile(join(DEFAULTS, 'containerd-2.3.7.toml'), 'utf8'));
  const pending = [file];
  for (const path of pending) {
    const read = await readToml(join(root, path));
    if (read === undefined && path === file) break;
    if (read === undefined) throw new Error(`open ${path}: no such file or directory`);
    const { version, imports = [], ...rest } = read;
    if (Number(version) > 4) throw new Error('expected containerd config version equal to or less than `4`');
    merge(dump, Number(version) < 3 ? migrated(rest) : rest);
    dump['imports'] = [...new Set([...list(dump['imports']), ...list(imports)])];
    for (const pattern of list(imports)) pending.push(...(await matches(root, resolve(dirname(path), pattern))));
  }
  return stringify(dump);
}

/** What CRI-O has in force: the recorded defaults, its file, and all files of its drop-in folder. */
export async function crioConfig(root: string, file: string, folder: string): Promise<string> {
  const config = parse(await readFile(join(DEFAULTS, 'crio-1.37.0.toml'), 'utf8'));
  const names = folder === '' ? [] : await readdir(join(root, folder)).catch(() => []);
  for (const path of [file, ...names.sort().map((name) => join(folder, name))]) {
    merge(config, (await readToml(join(root, path))) ?? {});
  }
  return stringify(config);
}

async function readToml(path: string): Promise<TomlTable | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parse(text);
}

async function matches(root: string, pattern: string): Promise<string[]> {
  if (!basename(pattern).startsWith('*')) return [pattern];
  const names = await readdir(join(root, dirname(pattern))).catch(() => []);
  const end = basename(pattern).slice(1);
  return names.filter((name) => name.endsWith(end)).map((name) => join(dirname(pattern), name));
}

/** The CRI plugin of version 2 as the two of version 3. */
function migrated({ plugins, ...rest }: TomlTable): TomlTable {
  const { 'io.containerd.grpc.v1.cri': cri, ...others } = table(plugins);
  const { registry, containerd } = table(cri);
  return {
    ...rest,
    plugins: {
      ...others,
      ...(containerd === undefined ? {} : { 'io.containerd.cri.v1.runtime': { containerd } }),
      ...(registry === undefined ? {} : { 'io.containerd.cri.v1.images': { registry } }),
    },
  };
}

function merge(to: TomlTable, from: TomlTable): void {
  for (const [key, value] of Object.entries(from)) {
    const before = to[key];
    if (isTable(before) && isTable(value)) merge(before, value);
    else to[key] = value;
  }
}

function isTable(value: unknown): value is TomlTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function table(value: unknown): TomlTable {
  return isTable(value) ? value : {};
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
