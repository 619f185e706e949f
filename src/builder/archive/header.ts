import { Header } from 'tar';
import { decodeName, untilNul } from './names.ts';
import { corrupt, type Place } from './place.ts';

/** A tar block: headers are one, data is padded to whole ones (POSIX.1-2024, pax, "ustar Interchange Format"). */
export const BLOCK = 512;

/** What one header block says, before extended headers have their say. */
export interface HeaderBlock {
  /** The type flag as a character; `\0` for the old kind of file. */
  readonly flag: string;
  readonly rawName: string;
  readonly linkName: string;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds since 1970. */
  readonly mtime: number;
}

/**
 * Parses one header block with the `tar` package, but refuses (ARCHIVE_CORRUPT) every block that it and Go's archive/tar,
 * which the engines restore with, could read in two ways: the member list that is checked must be the one they act on.
 */
export function parseHeader(block: Buffer, offset: number, place: Place): HeaderBlock {
  const header = decode(block, offset, place);
  if (!header.cksumValid) throw corrupt(place, offset, 'a header whose checksum does not fit');
  const doubt = findDoubt(block, header);
  if (doubt !== undefined) throw corrupt(place, offset, `a header with ${doubt}`);
  return {
    flag: String.fromCharCode(block[FLAG] ?? 0),
    rawName: decodeName(nameBytes(block)),
    linkName: decodeName(untilNul(block.subarray(157, 257))),
    size: sizeOf(block),
    mode: (header.mode ?? 0) & 0o7777,
    uid: header.uid ?? 0,
    gid: header.gid ?? 0,
    mtime: header.mtime?.getTime() ?? 0,
  };
}

/** Whether a block is a tar header as far as its checksum tells. */
export function isHeader(block: Buffer): boolean {
  try {
    return new Header(block).cksumValid;
  } catch {
    return false;
  }
}

/** Whether all bytes are zero. */
export function isZero(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += ZEROS.length) {
    const part = bytes.subarray(at, at + ZEROS.length);
    if (ZEROS.compare(part, 0, part.length, 0, part.length) !== 0) return false;
  }
  return true;
}

const ZEROS = Buffer.alloc(2 ** 16);

const FLAG = 156;
const LINK = 0x31;
const MAGIC = 257;

/** Numeric fields of every header: name, offset, length. */
const NUMBERS = [
  ['mode', 100, 8],
  ['owner', 108, 8],
  ['group', 116, 8],
  ['size', 124, 12],
  ['time', 136, 12],
  ['checksum', 148, 8],
] as const;

const USTAR_NUMBERS = [
  ['device', 329, 8],
  ['device', 337, 8],
] as const;

/** Where GNU headers have two times, the rest have the name's prefix; Go falls back to a prefix when these are no numbers. */
const GNU_NUMBERS = [
  ['access time', 345, 12],
  ['change time', 357, 12],
] as const;

type Field = readonly [name: string, offset: number, length: number];

function decode(block: Buffer, offset: number, place: Place): Header {
  try {
    return new Header(block);
  } catch (cause) {
    throw corrupt(place, offset, 'a header with a number that is none, or beyond all bounds', cause);
  }
}

/** The size as it stands there: `Header` takes that of a folder, and of any name with a slash at its end, for zero. */
function sizeOf(block: Buffer): number {
  const asLink = Buffer.from(block);
  asLink[FLAG] = LINK;
  return new Header(asLink).size ?? 0;
}

/** What makes a header ambiguous or impossible; undefined when nothing does. */
function findDoubt(block: Buffer, header: Header): string | undefined {
  const kind = kindOf(block);
  const fields: Field[] = [...NUMBERS];
  if (kind !== 'v7') fields.push(...USTAR_NUMBERS);
  if (kind === 'gnu') fields.push(...GNU_NUMBERS);
  const bad = fields.find((field) => !isNumber(block, field));
  if (bad !== undefined) return `a ${bad[0]} that is no number`;
  if ((block[124] ?? 0) === 0xff) return 'a negative size';
  if (Number.isNaN(header.mtime?.getTime())) return 'a time beyond all bounds';
  if (kind === 'ustar' && block.toString('latin1', 263, 265) !== '00') return 'an unknown version of ustar';
  if (kind === 'ustar' && block[475] !== 0 && block.toString('latin1', 508) === 'tar\0')
    return "star's own name prefix";
  return undefined;
}

function kindOf(block: Buffer): 'ustar' | 'gnu' | 'v7' {
  const magic = block.toString('latin1', MAGIC, MAGIC + 8);
  if (magic.startsWith('ustar\0')) return 'ustar';
  return magic === 'ustar  \0' ? 'gnu' : 'v7';
}

/** Octal digits between spaces and NULs, or GNU's base-256 with its two leading bytes. */
function isNumber(block: Buffer, [, offset, length]: Field): boolean {
  const lead = block[offset];
  if (lead === 0x80 || lead === 0xff) return true;
  return /^ *[0-7]*[ \0]*$/.test(block.toString('latin1', offset, offset + length));
}

/** The name with its ustar prefix. The bytes are joined, not the texts, since the cut may go through a character. */
function nameBytes(block: Buffer): Uint8Array {
  const name = untilNul(block.subarray(0, 100));
  const prefix = kindOf(block) === 'ustar' ? untilNul(block.subarray(345, 500)) : Buffer.alloc(0);
  return prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]);
}
