import * as v from 'valibot';

/** RFC 3339 as Go writes it: up to nine digits of a second, `Z` or an offset. */
const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** A point in time in a dump. */
export const Time = v.pipe(v.string(), v.regex(RFC3339, 'must be a time of RFC 3339'));

/**
 * A dump's time in UTC, with every digit of the second kept: `2026-11-22T07:49:40.5+01:00` → `2026-11-22T06:49:40.5Z`.
 * Undefined for Go's zero time, which stands for "never", and for a day that is in no calendar.
 */
export function toUtc(time: string | undefined): string | undefined {
  if (time === undefined || time.startsWith('0001-01-01T00:00:00')) return undefined;
  const fraction = /\.\d+/.exec(time)?.[0] ?? '';
  const date = new Date(time.replace(fraction, ''));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().replace('.000Z', `${fraction}Z`);
}
