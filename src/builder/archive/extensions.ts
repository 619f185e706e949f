import type { HeaderBlock } from './header.ts';
import { decodeName, untilNul } from './names.ts';
import { type PaxValues, parsePax } from './pax.ts';
import { corrupt, type Place } from './place.ts';

/** What the extended headers in front of a member say: at most one of each kind. */
export interface Extensions {
  pax?: PaxValues;
  /** GNU `L` */
  longName?: string;
  /** GNU `K` */
  longLink?: string;
}

export function emptyExtensions(): Extensions {
  return {};
}

/** Whether a header belongs to the member behind it: pax `x`, GNU long name `L`, GNU long link `K`. */
export function isExtension(header: HeaderBlock): boolean {
  return header.flag === 'x' || header.flag === 'L' || header.flag === 'K';
}

/**
 * Takes over the body of one extended header. Readers differ in which of two headers of one kind, and which of a GNU and
 * a pax name, they believe: both are ARCHIVE_CORRUPT.
 */
export function takeExtension(extensions: Extensions, flag: string, body: Buffer, at: number, place: Place): void {
  if (flag === 'x') {
    if (extensions.pax !== undefined) throw corrupt(place, at, 'two pax headers for one member');
    extensions.pax = parsePax(body, at, place);
  } else {
    const key = flag === 'L' ? 'longName' : 'longLink';
    if (extensions[key] !== undefined) throw corrupt(place, at, 'two GNU long names for one member');
    extensions[key] = longText(body, at, place);
  }
  const { pax, longName, longLink } = extensions;
  const twice = (longName !== undefined && pax?.path) || (longLink !== undefined && pax?.linkPath);
  if (twice) throw corrupt(place, at, 'a GNU long name and a pax name for one member');
}

function longText(body: Buffer, at: number, place: Place): string {
  const text = decodeName(untilNul(body));
  if (text === '') throw corrupt(place, at, 'an empty GNU long name');
  return text;
}
