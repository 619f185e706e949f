import type { Archive } from './archive.ts';
import { scanByPosition } from './by-position.ts';
import { fileRange } from './bytes.ts';
import type { ArchiveLimits } from './limits.ts';
import { ROOTFS_DIFF, scanNested } from './nested.ts';
import { collect, findFile, refuseLargeDump } from './read-whole.ts';
import type { Source } from './source.ts';
import { trailingWarnings } from './trailing.ts';

/** What an archive is made of, less what has to do with its file. */
export type Scanned = Pick<
  Archive,
  'compression' | 'members' | 'size' | 'asIs' | 'warnings' | 'read' | 'rootfsDiff' | 'bytes'
>;

/** Scans an uncompressed archive by position. Codes as openArchive. */
export async function scanPlain(source: Source, limits: ArchiveLimits, signal?: AbortSignal): Promise<Scanned> {
  const { path } = source;
  const common = { source, limits, signal };
  const { members, end } = await scanByPosition({ ...common, place: { path }, start: 0, size: source.size });
  const nested = findFile(members, ROOTFS_DIFF);
  const rootfsDiff =
    nested &&
    (await scanNested({
      ...common,
      place: { path, member: ROOTFS_DIFF },
      start: nested.data,
      size: nested.size,
    }));
  return {
    compression: 'none',
    members,
    size: end,
    warnings: await trailingWarnings(source, end, limits),
    ...(rootfsDiff === undefined ? {} : { rootfsDiff }),
    bytes: (from, to, cancel) => fileRange(source, from, to, cancel),
    read: async (name) => {
      const member = findFile(members, name);
      if (member === undefined) return undefined;
      refuseLargeDump(path, member);
      return collect(fileRange(source, member.data, member.data + member.size));
    },
  };
}
