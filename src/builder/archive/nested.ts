import type { Member } from '../../checkpoint/member.ts';
import { isThawError, type ThawError } from '../../errors.ts';
import { type Positioned, scanByPosition } from './by-position.ts';
import { corrupt, type Place } from './place.ts';

/** The nested tar whose names are checked: what the container changed in its base image's file system. */
export const ROOTFS_DIFF = 'rootfs-diff.tar';

/** Faults of a nested tar that are the archive's corruption, whatever they are in an archive of its own. */
const CORRUPTIONS = ['ARCHIVE_TRUNCATED', 'ARCHIVE_NOT_TAR'] as const;

/** Runs the scan of a nested tar; a tar that ends too early or is none is ARCHIVE_CORRUPT, naming the member. */
export async function scanningNested<T>(place: Place, scan: () => Promise<T>): Promise<T> {
  try {
    return await scan();
  } catch (error) {
    if (!CORRUPTIONS.some((code) => isThawError(error, code))) throw error;
    throw corrupt(place, 0, (error as ThawError).found, error);
  }
}

/** Members of a plain nested tar, read by position; offsets count from its own first byte. */
export async function scanNestedPlain(tar: Positioned): Promise<readonly Member[]> {
  if (tar.size === 0) return [];
  return scanningNested(tar.place, async () => (await scanByPosition(tar)).members);
}
