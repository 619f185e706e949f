import type { BindMounts } from '../dumps/bind-mounts.ts';
import type { SpecDump } from '../dumps/spec-dump.ts';
import type { StatusDump } from '../dumps/status-dump.ts';
import type { Member } from '../member.ts';
import { checkBindMounts } from './bind-mounts.ts';
import type { Finding } from './finding.ts';
import { checkMembers } from './members.ts';
import { checkRootfsDiff } from './rootfs-diff.ts';
import { checkSpec } from './spec.ts';

export { readCheckInput } from './archive.ts';
export { ALLOWABLE, enforce } from './enforce.ts';
export type { Finding } from './finding.ts';

/** What the rules look at. What an archive has not got is undefined. */
export interface CheckInput {
  readonly members: readonly Member[];
  readonly spec: SpecDump;
  readonly status?: StatusDump | undefined;
  readonly bindMounts?: BindMounts | undefined;
  /** The members of rootfs-diff.tar, in their order. */
  readonly rootfsDiff?: readonly Member[] | undefined;
  /** The paths in deleted.files. */
  readonly deletedFiles?: readonly string[] | undefined;
}

/** Runs every rule against hostile archives; the findings of the archive's structure come first. */
export function checkCheckpoint(input: CheckInput): Finding[] {
  return [
    ...checkMembers(input.members),
    ...checkSpec(input.spec, input.status),
    ...checkBindMounts(input.bindMounts ?? [], input.spec),
    ...checkRootfsDiff(input.rootfsDiff ?? [], input.deletedFiles ?? []),
  ];
}
