import type { Host } from '../host/host.ts';
import { flagValue } from '../host/processes.ts';
import { readText } from '../host/read.ts';
import type { Daemon } from '../runtime/daemon.ts';
import { parseToml, type TomlTable } from '../toml.ts';

/** What containerd is told. */
export interface ContainerdConfig {
  /** All of it, with the defaults of what is not said, as it will be in force after the next start. */
  readonly dump: TomlTable;
  /** The main file, as the node has it. */
  readonly file: string;
  /** Its text; undefined where there is no such file, and containerd runs on its defaults. */
  readonly text: string | undefined;
}

const FILE = '/etc/containerd/config.toml';

/**
 * Reads what containerd is told: the main file that it was started with, and `containerd config dump`, which merges the
 * files that it imports. Throws NODE_CONFIG_UNREADABLE, PROGRAM_FAILED, STORAGE_FAILED.
 */
export async function readContainerdConfig(host: Host, { process }: Daemon): Promise<ContainerdConfig> {
  const file = flagValue(process.args, 'config', 'c') ?? FILE;
  const text = await readText(host, file);
  // Said better here than by containerd, which cannot read it either.
  if (text !== undefined) parseToml(text, file);
  const dump = await host.run(process.program, ['--config', file, 'config', 'dump']);
  return { dump: parseToml(dump, 'what containerd config dump prints'), file, text };
}
