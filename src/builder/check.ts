import { type CheckInput, checkCheckpoint, enforce } from '../checkpoint/checks/index.ts';
import { checkMembers } from '../checkpoint/checks/members.ts';
import { describeCheckpoint, warningsOf } from '../checkpoint/describe.ts';
import { parseBindMounts } from '../checkpoint/dumps/bind-mounts.ts';
import { parseDeletedFiles } from '../checkpoint/dumps/deleted-files.ts';
import { parseSpecDump } from '../checkpoint/dumps/spec-dump.ts';
import { parseStatusDump } from '../checkpoint/dumps/status-dump.ts';
import type { CheckpointMetadata } from '../checkpoint/metadata.ts';
import type { ErrorCode, Warning } from '../errors.ts';
import type { Archive } from './archive/archive.ts';

/**
 * What an archive says about itself, once every rule against hostile archives has passed or was allowed by its code.
 * Throws the codes of the rules, of describeCheckpoint and of Archive.read.
 */
export async function checkArchive(
  archive: Archive,
  allow: ReadonlySet<ErrorCode>,
): Promise<{ metadata: CheckpointMetadata; warnings: Warning[] }> {
  // First the members alone: what a link or the second of two members of one name holds must not be believed.
  enforce(checkMembers(archive.members), allow);
  const metadata = await describeCheckpoint(archive);
  const allowed = enforce(checkCheckpoint(await checkInput(archive)), allow);
  return { metadata, warnings: [...archive.warnings, ...warningsOf(metadata), ...allowed] };
}

async function checkInput(archive: Archive): Promise<CheckInput> {
  const read = async <Dump>(name: string, parse: (bytes: Uint8Array) => Dump): Promise<Dump | undefined> => {
    const bytes = await archive.read(name);
    return bytes && parse(bytes);
  };
  return {
    members: archive.members,
    spec: (await read('spec.dump', parseSpecDump)) ?? {},
    status: await read('status.dump', parseStatusDump),
    bindMounts: await read('bind.mounts', parseBindMounts),
    rootfsDiff: archive.rootfsDiff,
    deletedFiles: await read('deleted.files', parseDeletedFiles),
  };
}
