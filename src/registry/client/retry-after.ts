/**
 * The wait that a Retry-After header asks for, in milliseconds: seconds or an HTTP date, RFC 9110 section 10.2.3.
 * Undefined when there is none or it is neither; a date that has passed is 0.
 */
export function parseRetryAfter(header: string | undefined, now: number = Date.now()): number | undefined {
  const text = header?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Every form of an HTTP date begins with a weekday; Date.parse alone takes nearly any number for a year.
  const date = /^[A-Z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
