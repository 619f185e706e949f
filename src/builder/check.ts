import { checkCheckpoint, enforce, readCheckInput } from '../checkpoint/checks/index.ts';
import { checkMembers } from '../checkpoint/checks/members.ts';
import { describeCheckpoint, warningsOf } from '../checkpoint/describe.ts';
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
  const allowed = enforce(checkCheckpoint(await readCheckInput(archive, archive.rootfsDiff)), allow);
  return { metadata, warnings: [...archive.warnings, ...warningsOf(metadata), ...allowed] };
}
