import { accessSync, constants, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where a program is: among those that KUBEBUILDER_ASSETS names, on PATH, or where scripts/ builds test peers, the newest
 * version of it; undefined when it is not there.
 */
export function which(program: string): string | undefined {
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'thaw');
  const named = (process.env['KUBEBUILDER_ASSETS'] ?? '').split(':').filter(Boolean);
  return [...named, ...(process.env['PATH'] ?? '').split(':'), join(cache, 'bin'), ...versionFolders(cache)]
    .map((folder) => join(folder, program))
    .find(isExecutable);
}

/** `<cache>/kubernetes/v1.36.3` and its like, newest first. */
function versionFolders(cache: string): string[] {
  return list(cache).flatMap((name) => {
    const versions = list(join(cache, name)).filter((version) => /^v\d/.test(version));
    const newestFirst = versions.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
    return newestFirst.map((version) => join(cache, name, version));
  });
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
