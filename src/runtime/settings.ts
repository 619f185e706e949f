import { accessSync, constants } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where the thaw runtime finds and keeps things on a node. */
export interface RuntimeSettings {
  /** The node's runc. */
  readonly runc: string;
  /** One folder for each restored container, by its ID; on a file system that a reboot empties. */
  readonly run: string;
  /** The records of what was restored; they outlive a reboot. */
  readonly lib: string;
}

/** The settings as the front (front/thaw-runtime.sh) passes them on: THAW_RUNC, THAW_RUN and THAW_LIB. */
export function settingsFrom(env: Readonly<Record<string, string | undefined>>): RuntimeSettings {
  return {
    runc: programPath(env['THAW_RUNC'] || 'runc', env['PATH']),
    run: resolve(env['THAW_RUN'] || '/run/thaw'),
    lib: resolve(env['THAW_LIB'] || '/var/lib/thaw'),
  };
}

/** The path of a program as execvp would find it; where it is nowhere the kernel says so by its name. */
function programPath(program: string, path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'): string {
  if (program.includes('/')) return resolve(program);
  const folder = path.split(':').find((each) => isExecutable(join(each, program)));
  return folder === undefined ? `/usr/sbin/${program}` : join(folder, program);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
