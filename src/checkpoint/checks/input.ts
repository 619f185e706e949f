import type { BindMounts } from '../dumps/bind-mounts.ts';
import type { SpecDump } from '../dumps/spec-dump.ts';
import type { StatusDump } from '../dumps/status-dump.ts';
import type { Member } from '../member.ts';

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
