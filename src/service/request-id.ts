import { randomUUID } from 'node:crypto';

/** Long enough for any tracing system's, and nothing that could forge a line or a field of a log. */
const SANE = /^[A-Za-z0-9._:/+=@-]{1,128}$/;

/** The id under which a request is logged: what its `X-Request-Id` says, where that is sane, or a new one. */
export function requestIdOf(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' && SANE.test(header) ? header : randomUUID();
}
