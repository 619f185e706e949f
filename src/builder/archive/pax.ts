import { Pax } from 'tar';
import { decodeName } from './names.ts';
import { corrupt, type Place } from './place.ts';

/** What the pax extended header in front of a member says about it. */
export interface PaxValues {
  readonly path?: string;
  readonly linkPath?: string;
  readonly size?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Milliseconds since 1970. */
  readonly mtime?: number;
  /** The member is stored without its holes (GNU.sparse.*): its data is not its content. */
  readonly sparse: boolean;
}

/**
 * Parses the body of a pax extended header (POSIX.1-2024, pax, "pax Extended Header": records `<length> <key>=<value>\n`).
 * The `tar` package passes over records whose length does not fit and splits values at newlines, and Go's archive/tar does
 * neither; so records are cut here by their length, and anything else than whole, unambiguous records is ARCHIVE_CORRUPT.
 */
export function parsePax(body: Buffer, offset: number, place: Place): PaxValues {
  const values: Values = { sparse: false };
  let at = 0;
  while (at < body.length) {
    const record = cutRecord(body, at);
    if (record === undefined) throw corrupt(place, offset + at, 'a pax record whose length does not fit');
    const doubt = take(values, record);
    if (doubt !== undefined) throw corrupt(place, offset + at, `a pax record with ${doubt}`);
    at = record.end;
  }
  return values;
}

type Values = { -readonly [Key in keyof PaxValues]: PaxValues[Key] };

interface PaxRecord {
  readonly key: string;
  readonly value: Buffer;
  readonly end: number;
}

/** Digits of a length that fits the largest body. */
const LENGTH_DIGITS = 7;

function cutRecord(body: Buffer, start: number): PaxRecord | undefined {
  const digits = /^[1-9][0-9]*(?= )/.exec(body.toString('latin1', start, start + LENGTH_DIGITS + 1))?.[0];
  if (digits === undefined) return undefined;
  const end = start + Number(digits);
  const keyStart = start + digits.length + 1;
  const equals = body.indexOf('=', keyStart);
  if (end > body.length || body[end - 1] !== NEWLINE || equals <= keyStart || equals >= end - 1) return undefined;
  return { key: body.toString('latin1', keyStart, equals), value: body.subarray(equals + 1, end - 1), end };
}

const NEWLINE = 0x0a;

/** Takes over what a record says; returns what is wrong with it. */
function take(values: Values, { key, value }: PaxRecord): string | undefined {
  if (key.includes('\0')) return 'a NUL in its key';
  if (key === 'GNU.sparse.name') return 'a second name, that only some readers follow (GNU.sparse.name)';
  if (key.startsWith('GNU.sparse.')) values.sparse = true;
  if (key === 'path' || key === 'linkpath' || key === 'uname' || key === 'gname') return takeText(values, key, value);
  const pattern = NUMBER_PATTERNS[key];
  return pattern === undefined ? undefined : takeNumber(values, key, value, pattern);
}

function takeText(values: Values, key: string, value: Buffer): string | undefined {
  if (value.includes(0)) return `a NUL in its ${key}`;
  if (value.length === 0 && (key === 'path' || key === 'linkpath')) return `an empty ${key}`;
  if (key === 'path') values.path = decodeName(value);
  if (key === 'linkpath') values.linkPath = decodeName(value);
  return undefined;
}

/** How each number must be written for every reader to understand the same. */
const NUMBER_PATTERNS: Readonly<Record<string, RegExp>> = {
  size: /^\d{1,16}$/,
  uid: /^\d{1,15}$/,
  gid: /^\d{1,15}$/,
  mtime: /^-?\d{1,12}(\.\d*)?$/,
};

function takeNumber(values: Values, key: string, value: Buffer, pattern: RegExp): string | undefined {
  const text = value.toString('latin1');
  if (!pattern.test(text)) return `a ${key} that is no number`;
  const { size, uid, gid, mtime } = Pax.parse(record(key, text));
  if (size !== undefined) values.size = size;
  if (uid !== undefined) values.uid = uid;
  if (gid !== undefined) values.gid = gid;
  if (mtime !== undefined) values.mtime = mtime.getTime();
  return Number.isSafeInteger(size ?? 0) ? undefined : 'a size beyond all bounds';
}

/** One record as the `tar` package wants it; the length counts itself. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const length = rest.length + String(rest.length + String(rest.length).length).length;
  return `${length}${rest}`;
}
