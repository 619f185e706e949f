import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Member, MemberType } from '../../checkpoint/member.ts';
import { errnoOf, ThawError } from '../../errors.ts';

/** A file or folder of an image, and where it lies. */
export interface Entry {
  readonly member: Member;
  readonly path: string;
}

/** Real images have 25 to 200 members; a process tree of 10,000 processes some 60,000. */
const MAX_MEMBERS = 100_000;
/** Folders in folders; a checkpoint has one. */
const MAX_DEPTH = 8;

/**
 * What the layers of an image hold together, by name, with nothing followed: the first layer that has a name decides,
 * and an overlay's mark of a deleted file (a device 0/0) hides it in the layers below.
 */
export function listLayers(folders: readonly string[]): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const folder of folders) list(folder, '', entries, new Set(entries.keys()));
  for (const [name, { member, path }] of entries) if (isDeleted(path, member)) entries.delete(name);
  return entries;
}

/** `above` are the names that the layers before have. */
function list(folder: string, under: string, entries: Map<string, Entry>, above: ReadonlySet<string>): void {
  if (under.split('/').length > MAX_DEPTH) throw tooMany(`has folders more than ${MAX_DEPTH} deep`);
  for (const file of namesIn(join(folder, under))) {
    const name = under === '' ? file : `${under}/${file}`;
    const path = join(folder, name);
    const member = memberOf(name, lstatSync(path));
    const before = entries.get(name);
    if (before === undefined) entries.set(name, { member, path });
    if (entries.size > MAX_MEMBERS) throw tooMany(`has more than ${MAX_MEMBERS} members`);
    const isOpen = !above.has(name) || before?.member.type === 'directory';
    if (member.type === 'directory' && isOpen) list(folder, name, entries, above);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (cause) {
    throw new ThawError('IMAGE_NOT_CHECKPOINT', {
      message: `the checkpoint image's folder ${folder} cannot be read (${errnoOf(cause)})`,
      next: 'mount a checkpoint image that thaw convert made',
      facts: { folder, errno: errnoOf(cause) ?? null },
      cause,
    });
  }
}

/** Where a member stands in its archive is no longer known. */
function memberOf(name: string, stats: Stats): Member {
  const place = { start: 0, data: 0, end: 0 };
  const { size, mode, uid, gid, mtimeMs } = stats;
  return { name, rawName: name, type: typeOf(stats), size, mode: mode & 0o7777, uid, gid, mtime: mtimeMs, ...place };
}

function typeOf(stats: Stats): MemberType {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symlink';
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'device' : 'other';
}

function isDeleted(path: string, { type }: Member): boolean {
  return type === 'device' && lstatSync(path).rdev === 0;
}

function tooMany(what: string): ThawError {
  return new ThawError('ARCHIVE_TOO_MANY_MEMBERS', {
    message: `the checkpoint image ${what}`,
    next: 'mount a checkpoint image that thaw convert made',
    facts: { limit: MAX_MEMBERS },
  });
}
