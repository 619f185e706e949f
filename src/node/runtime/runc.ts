import { ThawError } from '../../errors.ts';
import type { Host } from '../host/host.ts';
import { findProgram } from '../host/read.ts';
import { parseVersion, showVersion } from './version.ts';

/** The runc that the thaw runtime becomes for all that is no restore. */
export interface Runc {
  /** Its path, as the node has it. */
  readonly path: string;
  readonly version: string;
}

/**
 * Finds the program that the node's own runc entry runs, as its runtime would, on `path`. What calls runc in its turn
 * (nvidia-container-runtime) passes for it. Throws NODE_RUNC_MISSING.
 */
export async function findRunc(host: Host, program: string, path?: string): Promise<Runc> {
  const place = await findProgram(host, program, path);
  if (place === undefined) throw missing(`the runc of this node, ${program}, is not there`, program);
  return { path: place, version: await version(host, place) };
}

async function version(host: Host, path: string): Promise<string> {
  const said = await host.run(path, ['--version']);
  const line = /^runc version (\S+)/m.exec(said)?.[1];
  const found = line === undefined ? undefined : parseVersion(line);
  if (found !== undefined) return showVersion(found);
  throw missing(`${path} is not runc: it says ${JSON.stringify(said.split('\n', 1)[0])}`, path);
}

function missing(message: string, program: string): ThawError {
  return new ThawError('NODE_RUNC_MISSING', {
    message,
    next: 'install runc, and give its path with --runc <path> where the runtime does not use it: others cannot restore',
    facts: { program },
  });
}
