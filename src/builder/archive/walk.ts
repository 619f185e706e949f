import type { Member } from '../../checkpoint/member.ts';
import { emptyExtensions, isExtension, takeExtension } from './extensions.ts';
import { BLOCK, isHeader, isZero, parseHeader } from './header.ts';
import type { ArchiveLimits } from './limits.ts';
import { makeMember, padded } from './make-member.ts';
import { corrupt, fault, nameOf, type Place, tooLarge } from './place.ts';

/** Bytes that the walk wants next; ranges come in ascending order and never overlap. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** What a walk is about. */
export interface Walk {
  readonly place: Place;
  readonly limits: ArchiveLimits;
  /** Called with each member before the walk asks for anything behind it. */
  readonly onMember: (member: Member) => void;
}

/**
 * Walks the headers of a tar without doing any input itself: yields the range it wants, is resumed with exactly those
 * bytes, and returns where the archive ends, behind the two zero blocks of its end mark. A driver that has no such bytes
 * ends the walk with its own error. Data of members is never asked for.
 *
 * Throws ARCHIVE_NOT_TAR, ARCHIVE_CORRUPT, ARCHIVE_TOO_LARGE, ARCHIVE_TOO_MANY_MEMBERS.
 */
export function* walk({ place, limits, onMember }: Walk): Generator<ByteRange, number, Buffer> {
  const spend = budget(place, limits);
  let offset = 0;
  for (;;) {
    const block = yield { offset, length: BLOCK };
    if (isZero(block)) return yield* endMark(offset + BLOCK, place);
    if (offset === 0 && !isHeader(block)) throw notTar(place);
    const member = yield* readMember(block, offset, place, limits);
    spend(member);
    onMember(member);
    offset = member.end;
  }
}

/** Go's archive/tar refuses a lone zero block too; a reader that goes on behind it would see other members. */
function* endMark(offset: number, place: Place): Generator<ByteRange, number, Buffer> {
  const second = yield { offset, length: BLOCK };
  if (!isZero(second)) throw corrupt(place, offset, 'a lone zero block with more behind it');
  return offset + BLOCK;
}

function* readMember(
  first: Buffer,
  start: number,
  place: Place,
  limits: ArchiveLimits,
): Generator<ByteRange, Member, Buffer> {
  const extensions = emptyExtensions();
  let offset = start;
  let block = first;
  for (;;) {
    const header = parseHeader(block, offset, place);
    if (!isExtension(header)) return makeMember({ header, block, extensions, start, offset, place, limits });
    const at = offset + BLOCK;
    if (header.size > limits.extendedHeader)
      throw tooLarge(place, offset, 'an extended header', header.size, limits.extendedHeader);
    const body = header.size === 0 ? Buffer.alloc(0) : yield { offset: at, length: header.size };
    takeExtension(extensions, header.flag, body, at, place);
    offset = at + padded(header.size);
    block = yield { offset, length: BLOCK };
    if (isZero(block)) throw corrupt(place, offset, 'an extended header with no member behind it');
  }
}

/** Counts members and the bytes that are kept of them, and stops at the limits. */
function budget(place: Place, limits: ArchiveLimits): (member: Member) => void {
  let members = 0;
  let headers = 0;
  return (member) => {
    members += 1;
    headers += member.data - member.start;
    if (members > limits.members) throw tooMany(place, limits.members);
    const kept = headers - members * BLOCK;
    if (kept > limits.headers) throw tooLarge(place, member.start, 'extended headers', kept, limits.headers);
  };
}

function tooMany(place: Place, limit: number): Error {
  return fault('ARCHIVE_TOO_MANY_MEMBERS', place, {
    message: `${nameOf(place)} has more than ${limit} members`,
    next: 'do not trust this archive unless you know who made it: a checkpoint has some dozens',
    facts: { limit },
  });
}

function notTar(place: Place): Error {
  return fault('ARCHIVE_NOT_TAR', place, {
    message: `${nameOf(place)} is no tar archive, nor a gzip or zstd stream of one: its first block is no tar header`,
    next: 'give a checkpoint archive as CRI-O, containerd or Podman writes it',
    facts: {},
  });
}
