import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { debianRoot, type RootContents, rootFolder } from '../cluster/debian-root.ts';
import type { Report } from '../cluster/step.ts';

/** Where built programs and Debian roots are, those of the cluster included. */
export const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'thaw');

/**
 * The root of a machine with Debian 13's Podman. CRIU locks a container's network with iptables while it dumps it; CRIU
 * and runc are those of the cluster's nodes, see NODE_ROOT. Podman's own choice, crun, wants pure cgroups of one version.
 */
const CONTENTS: RootContents = { name: 'podman', packages: ['iptables', 'podman'], newer: ['criu', 'runc'] };

/** Makes the root unless it is there, and gives its folder. Throws BuildError. */
export function buildPodmanRoot(report: Report): Promise<string> {
  return debianRoot({ cache: CACHE, report, ...CONTENTS });
}

/** The root's folder, or undefined where nobody has made it yet. */
export async function podmanRoot(): Promise<string | undefined> {
  const folder = rootFolder(CACHE, CONTENTS);
  const found = await stat(folder).catch(() => undefined);
  return found?.isDirectory() ? folder : undefined;
}
