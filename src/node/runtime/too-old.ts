import { ThawError } from '../../errors.ts';
import type { Daemon } from './daemon.ts';
import { isAtLeast, parseVersion, showVersion, type Version } from './version.ts';

/**
 * The first releases that mount images as volumes, which is how a checkpoint reaches the thaw runtime (containerd pull
 * request 10579, CRI-O 1.31).
 */
export const FIRST: Readonly<Record<Daemon['runtime'], Version>> = { containerd: [2, 1, 0], 'cri-o': [1, 31, 0] };

/** Throws NODE_RUNTIME_TOO_OLD for a runtime that cannot mount an image as a volume. */
export function refuseOld({ runtime, version }: Pick<Daemon, 'runtime' | 'version'>): void {
  const first = FIRST[runtime];
  if (isAtLeast(parseVersion(version), first)) return;
  throw new ThawError('NODE_RUNTIME_TOO_OLD', {
    message: `this node runs ${runtime} ${version}, which cannot mount an image as a volume`,
    next: `update it to ${showVersion(first)} or later`,
    facts: { runtime, version, first: showVersion(first) },
  });
}
