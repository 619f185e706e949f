import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import type { CheckpointFiles } from '../../checkpoint/files.ts';
import { readLimit } from '../../checkpoint/limits.ts';
import type { Member } from '../../checkpoint/member.ts';
import { ThawError } from '../../errors.ts';
import { listLayers } from './layers.ts';

/** A checkpoint image that is mounted on this node. */
export interface CheckpointImage extends CheckpointFiles {
  readonly members: readonly Member[];
  /** Where a member lies on the disk. */
  pathOf(name: string): string | undefined;
}

/**
 * Lists a mounted checkpoint image. Throws IMAGE_NOT_CHECKPOINT for a folder that cannot be read, and
 * ARCHIVE_TOO_MANY_MEMBERS.
 */
export function openImage(folders: readonly string[]): CheckpointImage {
  const entries = listLayers(folders);
  const pathOf = (name: string): string | undefined => entries.get(name)?.path;
  const members = [...entries.values()].map(({ member }) => member);
  return { members, pathOf, read: async (name) => readWhole(name, pathOf(name)) };
}

/** Throws DUMP_TOO_LARGE; what is no regular file counts as absent, for the checks have refused it. */
function readWhole(name: string, path: string | undefined): Uint8Array | undefined {
  if (path === undefined) return undefined;
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size } = fstatSync(file);
    if (!fstatSync(file).isFile()) return undefined;
    if (size > readLimit(name)) throw tooLarge(name, size);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function tooLarge(name: string, size: number): ThawError {
  return new ThawError('DUMP_TOO_LARGE', {
    message: `${name} has ${size} bytes, and at most ${readLimit(name)} are read`,
    next: 'take the checkpoint again: no engine writes a file of this size there',
    facts: { file: name, size, limit: readLimit(name) },
  });
}
