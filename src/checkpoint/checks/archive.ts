import { parseBindMounts } from '../dumps/bind-mounts.ts';
import { parseDeletedFiles } from '../dumps/deleted-files.ts';
import { parseSpecDump } from '../dumps/spec-dump.ts';
import { parseStatusDump } from '../dumps/status-dump.ts';
import type { CheckpointFiles } from '../files.ts';
import type { Member } from '../member.ts';
import type { CheckInput } from './input.ts';

/**
 * Reads what the rules look at out of an archive. `rootfsDiff` are the members of rootfs-diff.tar, where there is one.
 * Throws DUMP_INVALID, DUMP_TOO_LARGE, and whatever `read` throws.
 */
export async function readCheckInput(files: CheckpointFiles, rootfsDiff?: readonly Member[]): Promise<CheckInput> {
  const parsed = async <Dump>(name: string, parse: (bytes: Uint8Array) => Dump): Promise<Dump | undefined> => {
    const bytes = await files.read(name);
    return bytes && parse(bytes);
  };
  return {
    members: files.members,
    spec: (await parsed('spec.dump', parseSpecDump)) ?? {},
    status: await parsed('status.dump', parseStatusDump),
    bindMounts: await parsed('bind.mounts', parseBindMounts),
    deletedFiles: await parsed('deleted.files', parseDeletedFiles),
    rootfsDiff,
  };
}
