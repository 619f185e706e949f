import { dirname } from 'node:path';
import { programs } from './modules.ts';
import { registryAddress } from './registry.ts';
import type { Settings } from './settings.ts';
import { statePaths } from './state.ts';

/** Lines that put the bed into a shell: its kubeconfig, its kubectl, its registry, and where its nodes' files are. */
export async function shellLines(settings: Settings): Promise<string[]> {
  const { kubectl } = await programs(settings);
  return [
    `export KUBECONFIG=${quoted(statePaths(settings).kubeconfig)}`,
    `export PATH=${quoted(dirname(kubectl))}:$PATH`,
    `export REGISTRY=${quoted(registryAddress(settings))}`,
    `export NODES=${quoted(settings.state)}`,
  ];
}

/** A word that a POSIX shell takes for nothing but this text. */
function quoted(text: string): string {
  return /^[\w/.:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
