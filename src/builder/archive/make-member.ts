import type { Member, MemberType } from '../../checkpoint/member.ts';
import type { Extensions } from './extensions.ts';
import { BLOCK, type HeaderBlock } from './header.ts';
import type { ArchiveLimits } from './limits.ts';
import { plainName } from './names.ts';
import { corrupt, type Place, tooLarge } from './place.ts';

/** A header, what stood in front of it, and where. */
export interface MemberParts {
  readonly header: HeaderBlock;
  readonly block: Buffer;
  readonly extensions: Extensions;
  /** First byte of the first extended header, or of the header. */
  readonly start: number;
  /** First byte of the header. */
  readonly offset: number;
  readonly place: Place;
  readonly limits: ArchiveLimits;
}

/** Puts a member together from its header and extended headers. ARCHIVE_CORRUPT, ARCHIVE_TOO_LARGE. */
export function makeMember(parts: MemberParts): Member {
  const { header, extensions, start, offset } = parts;
  const { pax, longName, longLink } = extensions;
  const rawName = longName ?? pax?.path ?? header.rawName;
  refuseOdd(parts, rawName);
  const linkName = longLink ?? pax?.linkPath ?? header.linkName;
  const type = typeOf(header.flag, rawName, pax?.sparse ?? false);
  const size = pax?.size ?? header.size;
  refuseSizes(parts, { type, size, rawName, linkName });
  const data = offset + BLOCK;
  return {
    name: plainName(rawName, type === 'directory'),
    rawName,
    type,
    ...(linkName === '' ? {} : { linkName }),
    size,
    mode: header.mode,
    uid: pax?.uid ?? header.uid,
    gid: pax?.gid ?? header.gid,
    mtime: pax?.mtime ?? header.mtime,
    start,
    data,
    end: data + padded(size),
  };
}

/** A length rounded up to whole blocks. */
export function padded(length: number): number {
  return Math.ceil(length / BLOCK) * BLOCK;
}

const TYPES: Readonly<Record<string, MemberType>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'device',
  '4': 'device',
  '5': 'directory',
};

/** Type flags that have no data, whatever their size field says: Go skips none, others skip as much as it says. */
const WITHOUT_DATA = '123456';

function typeOf(flag: string, rawName: string, sparse: boolean): MemberType {
  if (sparse) return 'other';
  if (!rawName.endsWith('/')) return TYPES[flag] ?? 'other';
  // Before POSIX a folder was a file with a slash; with the newer flag `0`, readers differ on what it is.
  if (flag === '\0') return 'directory';
  return flag === '0' ? 'other' : (TYPES[flag] ?? 'other');
}

/**
 * Go forgets extended headers in front of a global one, reads a sparse map behind an old GNU sparse header, and takes
 * what is no file for what its flag says, whatever pax says about holes.
 */
function refuseOdd({ header, block, extensions, offset, place }: MemberParts, rawName: string): void {
  if (header.flag === 'g' && Object.keys(extensions).length > 0)
    throw corrupt(place, offset, 'a global pax header between an extended header and its member');
  const isFile = (header.flag === '0' || header.flag === '\0') && !rawName.endsWith('/');
  if (extensions.pax?.sparse === true && !isFile)
    throw corrupt(place, offset, 'a member that is no file, but is stored without its holes');
  if (header.flag === 'S' && block[482] !== 0)
    throw corrupt(place, offset, 'a GNU sparse member whose map goes on in further blocks');
}

interface Sizes {
  readonly type: MemberType;
  readonly size: number;
  readonly rawName: string;
  readonly linkName: string;
}

function refuseSizes({ header, offset, place, limits }: MemberParts, { type, size, rawName, linkName }: Sizes): void {
  const hasNoData = WITHOUT_DATA.includes(header.flag) || type === 'directory';
  if (hasNoData && size !== 0) throw corrupt(place, offset, `a member of a kind that has no data, but ${size} bytes`);
  const isAmbiguous = header.flag === '0' && rawName.endsWith('/') && size !== 0;
  if (isAmbiguous) throw corrupt(place, offset, `a file named like a folder, with ${size} bytes`);
  const length = Math.max(Buffer.byteLength(rawName), Buffer.byteLength(linkName));
  if (length > limits.nameLength) throw tooLarge(place, offset, 'a name', length, limits.nameLength);
  if (size > limits.memberSize) throw tooLarge(place, offset, 'a member', size, limits.memberSize);
  const end = offset + BLOCK + padded(size);
  if (end > limits.archiveSize) throw tooLarge(place, offset, 'an archive', end, limits.archiveSize);
}
