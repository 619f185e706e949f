import type { BindMounts } from '../dumps/bind-mounts.ts';
import type { SpecDump } from '../dumps/spec-dump.ts';
import { type Finding, MAX_FINDINGS, quote } from './finding.ts';

/**
 * Every destination in bind.mounts must be a mount's destination in spec.dump, letter for letter: CRI-O compares them
 * so, and makes the `source` of any other entry on the host, with the archive's own mode bits (cri-o issue 10106,
 * CVE-2024-8676). `/data/` and `/data` are therefore two.
 */
export function checkBindMounts(bindMounts: BindMounts, spec: SpecDump): Finding[] {
  const destinations = new Set((spec.mounts ?? []).map(({ destination }) => destination));
  return bindMounts
    .filter(({ destination }) => !destinations.has(destination))
    .slice(0, MAX_FINDINGS)
    .map(({ destination }) => ({
      code: 'BIND_MOUNT_UNKNOWN',
      message: `bind.mounts names ${quote(destination)}, which is no mount of the container in spec.dump; a restore would make its source on the node`,
      next: 'do not restore this archive: find out who made it, and take the checkpoint again',
      facts: { destination: quote(destination) },
    }));
}
