import { HANDLER } from '../runtime/wishes.ts';
import type { TomlTable } from '../toml.ts';
import { parseToml, withoutEmpty, writeToml } from '../toml.ts';
import type { ContainerdConfig } from './config.ts';

/** What the drop-in says. */
export interface DropIn {
  readonly entry: TomlTable;
  /** The folder of registry configurations, where containerd is not told any yet. */
  readonly registries?: string | undefined;
}

/** Where a version of the configuration has the CRI plugin's parts: two plugins since version 3. */
const PLACES = {
  old: { runtime: 'io.containerd.grpc.v1.cri', images: 'io.containerd.grpc.v1.cri' },
  new: { runtime: 'io.containerd.cri.v1.runtime', images: 'io.containerd.cri.v1.images' },
};

/** What a new main file is written in: every containerd 2 reads it. */
export const NEW_VERSION = 3;

/**
 * The drop-in's text, in the version that the main file is written in: containerd before 2.3 merges the files first and
 * then takes all of them for the newest version among them, which would drop the settings of an older main file.
 */
export function dropInText({ entry, registries }: DropIn, config: Pick<ContainerdConfig, 'file' | 'text'>): string {
  const version = versionOf(config);
  const place = version < NEW_VERSION ? PLACES.old : PLACES.new;
  const runtime = { [place.runtime]: { containerd: { runtimes: { [HANDLER]: entry } } } };
  const registry = registries === undefined ? {} : { registry: { config_path: registries } };
  const plugins: TomlTable = { ...runtime, [place.images]: { ...runtime[place.images], ...registry } };
  return writeToml({ version, plugins: withoutEmpty(plugins) });
}

/** The version that the main file is written in; a file that says none is of version 1, and has the old places. */
function versionOf({ file, text }: Pick<ContainerdConfig, 'file' | 'text'>): number {
  if (text === undefined) return NEW_VERSION;
  const version = parseToml(text, file)['version'];
  // Version 1 names its plugins otherwise and is migrated file by file.
  return typeof version === 'number' ? Math.max(version, 2) : 2;
}
