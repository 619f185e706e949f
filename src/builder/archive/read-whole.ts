import { readLimit } from '../../checkpoint/limits.ts';
import type { Member } from '../../checkpoint/member.ts';
import { fault } from './place.ts';

/** The member that a reader of the archive would find under a name: the last one, when there are two. */
export function findFile(members: readonly Member[], name: string): Member | undefined {
  return members.findLast((member) => member.name === name && member.type === 'file');
}

/** DUMP_TOO_LARGE when a member is larger than what src/checkpoint reads whole of it. */
export function refuseLargeDump(path: string, member: Member): void {
  const limit = readLimit(member.name);
  if (member.size > limit) throw dumpTooLarge(path, member, `${limit} are the limit for it`, limit);
}

/** DUMP_TOO_LARGE for a member that one pass did not keep: it is too large, or all of them together are. */
export function refuseDump(path: string, member: Member, total: number): never {
  refuseLargeDump(path, member);
  throw dumpTooLarge(path, member, `${total} are the limit for all that is read whole`, total);
}

function dumpTooLarge(path: string, { name, size }: Member, limited: string, limit: number): Error {
  return fault(
    'DUMP_TOO_LARGE',
    { path, member: name },
    {
      message: `${name} in ${path} has ${size} bytes, where ${limited}`,
      next: 'do not trust this archive unless you know who made it',
      facts: { found: size, limit },
    },
  );
}

/** All chunks of a range as one buffer of its own. */
export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(chunks));
}
