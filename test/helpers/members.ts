import type { Member } from '../../src/checkpoint/member.ts';

/** A member of a made-up archive: an empty file unless told otherwise. */
export function member(rawName: string, changes: Partial<Member> = {}): Member {
  const name = rawName.replace(/^\.\//, '').replace(/\/$/, '');
  const place = { size: 0, mode: 0o600, uid: 0, gid: 0, mtime: 0, start: 0, data: 0, end: 0 };
  return { name, rawName, type: rawName.endsWith('/') ? 'directory' : 'file', ...place, ...changes };
}

export function symlink(rawName: string, linkName: string): Member {
  return member(rawName, { type: 'symlink', linkName });
}

export function hardlink(rawName: string, linkName: string): Member {
  return member(rawName, { type: 'hardlink', linkName });
}
