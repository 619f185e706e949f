import { readLimit } from '../../checkpoint/limits.ts';
import type { Member } from '../../checkpoint/member.ts';
import { fault } from './place.ts';

/** The member that a reader of the archive would find under a name: the last one, when there are two. */
export function findFile(members: readonly Member[], name: string): Member | undefined {
  return members.findLast((member) => member.name === name && member.type === 'file');
}

/** DUMP_TOO_LARGE when a member is larger than what src/checkpoint reads whole. */
export function refuseLargeDump(path: string, { name, size }: Member): void {
  const limit = readLimit(name);
  if (size <= limit) return;
  throw fault(
    'DUMP_TOO_LARGE',
    { path, member: name },
    {
      message: `${name} in ${path} has ${size} bytes, where ${limit} are the limit for what is read whole`,
      next: 'do not trust this archive unless you know who made it',
      facts: { found: size, limit },
    },
  );
}

/** All chunks of a range as one buffer of its own. */
export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(chunks));
}
