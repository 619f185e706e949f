import { checkBindMounts } from './bind-mounts.ts';
import type { Finding } from './finding.ts';
import type { CheckInput } from './input.ts';
import { checkMembers } from './members.ts';
import { checkRootfsDiff } from './rootfs-diff.ts';
import { checkSpec } from './spec.ts';

export { readCheckInput } from './archive.ts';
export { ALLOWABLE, enforce } from './enforce.ts';
export type { Finding } from './finding.ts';
export type { CheckInput } from './input.ts';

/** Runs every rule against hostile archives; the findings of the archive's structure come first. */
export function checkCheckpoint(input: CheckInput): Finding[] {
  return [
    ...checkMembers(input.members),
    ...checkSpec(input.spec, input.status),
    ...checkBindMounts(input.bindMounts ?? [], input.spec),
    ...checkRootfsDiff(input.rootfsDiff ?? [], input.deletedFiles ?? []),
  ];
}
