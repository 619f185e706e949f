import { ThawError } from '../../errors.ts';
import type { Host } from '../host/host.ts';
import type { Manifest } from './manifest.ts';
import type { PlannedFile } from './plan.ts';
import { digestOf, digestOfPlanned } from './write.ts';

/** A planned file and what is to be done with it. */
export interface Change {
  readonly file: PlannedFile;
  readonly digest: string;
  /** That of what stands there now. */
  readonly before: string | undefined;
}

/**
 * The planned files that are not there yet as they should be. Throws FILE_EXISTS for one that is somebody else's, and
 * NODE_FILE_CHANGED for one of thaw's that somebody has changed; nothing is touched.
 */
export async function changesOf(
  host: Host,
  files: readonly PlannedFile[],
  manifest: Manifest,
  force: boolean,
): Promise<Change[]> {
  const changes: Change[] = [];
  for (const file of files) {
    const digest = await digestOfPlanned(file);
    const before = await digestOf(host, file.path);
    if (before === digest) continue;
    if (before !== undefined) refuseForeign(file.path, before, manifest, force);
    changes.push({ file, digest, before });
  }
  return changes;
}

/** Throws NODE_FILE_CHANGED where a file of thaw's is not as thaw left it. */
export function refuseChanged(path: string, digest: string, manifest: Manifest): void {
  if (manifest.files[path]?.includes(digest)) return;
  throw new ThawError('NODE_FILE_CHANGED', {
    message: `${path} is not as thaw node install left it`,
    next: 'see what was changed in it; --force overwrites or removes it all the same',
    facts: { path },
  });
}

function refuseForeign(path: string, digest: string, manifest: Manifest, force: boolean): void {
  if (manifest.files[path] !== undefined) {
    if (!force) refuseChanged(path, digest, manifest);
    return;
  }
  throw new ThawError('FILE_EXISTS', {
    message: `${path} is there already, and thaw did not write it`,
    next: 'see whose it is, and move it away',
    facts: { path },
  });
}
