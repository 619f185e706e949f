import { InvalidArgumentError } from 'commander';

const SECOND = 1000;
const DURATIONS: Readonly<Record<string, number>> = {
  s: SECOND,
  m: 60 * SECOND,
  h: 3600 * SECOND,
  d: 24 * 3600 * SECOND,
  w: 7 * 24 * 3600 * SECOND,
};

const SIZES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  ...Object.fromEntries(['k', 'm', 'g', 't', 'p'].map((letter, at) => [`${letter}ib`, 1024 ** (at + 1)])),
  ...Object.fromEntries(['k', 'm', 'g', 't', 'p'].map((letter, at) => [`${letter}b`, 1000 ** (at + 1)])),
  ...Object.fromEntries(['ki', 'mi', 'gi', 'ti', 'pi'].map((letters, at) => [letters, 1024 ** (at + 1)])),
};

/** `7d`, `12h`, `1h30m`, `90s` as milliseconds; `0` alone needs no unit. For commander: a wrong text is a USAGE error. */
export function parseDuration(text: string): number {
  if (text === '0') return 0;
  if (!/^(?:\d+(?:\.\d+)?[smhdw])+$/.test(text)) {
    throw new InvalidArgumentError('Write for example 90s, 30m, 12h, 7d or 1h30m.');
  }
  const parts = text.matchAll(/(\d+(?:\.\d+)?)([smhdw])/g);
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (DURATIONS[unit ?? ''] ?? 0), 0);
}

/** `100GiB`, `1.5TiB`, `500MB`, `10Gi`, `4096` as bytes, rounded down. For commander: a wrong text is a USAGE error. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s?([a-z]*)$/i.exec(text);
  const unit = match === null ? undefined : SIZES[(match[2] ?? '').toLowerCase()];
  const bytes = Math.floor(Number(match?.[1]) * (unit ?? Number.NaN));
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new InvalidArgumentError('Write for example 500MB, 20GiB or 1.5TiB.');
}

/** A whole number of at least 1. For commander: a wrong text is a USAGE error. */
export function parseCount(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count >= 1) return count;
  throw new InvalidArgumentError('Write a whole number, at least 1.');
}

/** Collects an option that may be given several times. */
export function collectTexts(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}
