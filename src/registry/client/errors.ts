import { type ErrorCode, type Fact, ThawError } from '../../errors.ts';
import { readUpTo } from './read-body.ts';
import { parseRetryAfter } from './retry-after.ts';
import { showUrl } from './show-url.ts';
import { Transient } from './transient.ts';
import type { HttpAnswer } from './transport.ts';

/** An error answer is read this far and no further. */
export const LONGEST_ERROR_BODY = 8 * 1024;
/** The registry's own words are quoted this far. */
const LONGEST_QUOTE = 200;

/** The distribution specification's "Errors": 502, 503, 504 are temporary; 429 is "TOOMANYREQUESTS". */
const TEMPORARY: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** What registries write when their disk is full: errno 28 is how Distribution 2 encodes Go's ENOSPC. */
const NO_ROOM =
  /no space left|ENOSPC|EDQUOT|disk (quota|full|is full)|insufficient storage|out of (disk )?space|"Err":\s*28\b/i;

/** The registry's words in an error answer: distribution specification, "Error Codes". */
interface Complaint {
  readonly registryCode?: string;
  readonly said?: string;
  readonly noRoom: boolean;
}

/** Reads an answer that is not what was asked for into the error to throw. */
export async function refusal(answer: HttpAnswer): Promise<ThawError | Transient> {
  const body = answer.method === 'HEAD' ? undefined : await readUpTo(answer, LONGEST_ERROR_BODY);
  const complaint = complaintOf(body?.bytes.toString('utf8') ?? '');
  const error = errorOf(answer, complaint);
  if (!TEMPORARY.has(answer.status) || error.code === 'REGISTRY_FULL') return error;
  return new Transient(error, parseRetryAfter(answer.header('retry-after')));
}

function errorOf(answer: HttpAnswer, complaint: Complaint): ThawError {
  const { code, next } = meaningOf(answer.status, complaint);
  const asked = `${answer.method} ${showUrl(answer.url)}`;
  const words = [complaint.registryCode, complaint.said].filter((word) => word !== undefined).join(': ');
  return new ThawError(code, {
    message: `${asked} was answered with ${answer.status}${code === 'REGISTRY_FULL' ? ' (no room left)' : (STATUS_WORDS[answer.status] ?? '')}${words && `: ${words}`}`,
    next,
    facts: factsOf(answer, complaint),
  });
}

const STATUS_WORDS: Readonly<Record<number, string>> = {
  401: ' (credentials are missing or wrong)',
  403: ' (these credentials do not allow it)',
  404: ' (not there)',
  413: ' (too large for this registry)',
  429: ' (too many requests)',
};

function meaningOf(status: number, { registryCode, noRoom }: Complaint): { code: ErrorCode; next: string } {
  if (status === 507 || (status >= 500 && noRoom)) {
    return { code: 'REGISTRY_FULL', next: "make room on the registry's storage, then try again" };
  }
  if (registryCode === 'DIGEST_INVALID') {
    return {
      code: 'DIGEST_MISMATCH',
      next: 'send it again; if it happens twice, a proxy or the storage changes bytes',
    };
  }
  return (registryCode === 'MANIFEST_BLOB_UNKNOWN' ? undefined : BY_STATUS.get(status)) ?? REFUSED;
}

const REFUSED = { code: 'REGISTRY_REFUSED', next: "look into the registry's log for the reason" } as const;

const BY_STATUS: ReadonlyMap<number, { code: ErrorCode; next: string }> = new Map([
  [401, { code: 'UNAUTHORIZED', next: 'log in to the registry, e.g. with `docker login` or `podman login`' }],
  [403, { code: 'UNAUTHORIZED', next: 'ask for the right to do this, or log in as someone who has it' }],
  [404, { code: 'NOT_FOUND', next: 'check the repository, the tag and the digest' }],
  [413, { code: 'REGISTRY_REFUSED', next: 'raise the limit on bodies of the registry, or of the proxy before it' }],
  [429, { code: 'REGISTRY_REFUSED', next: 'wait, or ask for a higher limit' }],
]);

function factsOf({ method, url, status }: HttpAnswer, { registryCode, said }: Complaint): Record<string, Fact> {
  return {
    method,
    url: showUrl(url),
    status,
    ...(registryCode === undefined ? {} : { registryCode }),
    ...(said === undefined ? {} : { said }),
  };
}

function complaintOf(text: string): Complaint {
  const noRoom = NO_ROOM.test(text);
  try {
    const { code, message } = firstError(JSON.parse(text)) ?? {};
    return {
      ...(typeof code === 'string' ? { registryCode: quote(code) } : {}),
      ...(typeof message === 'string' && message !== '' ? { said: quote(message) } : {}),
      noRoom,
    };
  } catch {
    return { ...plainWords(text), noRoom };
  }
}

/** A line of plain text explains itself ("Client sent an HTTP request to an HTTPS server."); a proxy's page does not. */
function plainWords(text: string): { said?: string } {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line === '' || /[<{]/.test(line) ? {} : { said: quote(line) };
}

function firstError(parsed: unknown): { code?: unknown; message?: unknown } | undefined {
  const errors: unknown = (parsed as { errors?: unknown } | null)?.errors;
  return Array.isArray(errors) ? (errors[0] ?? undefined) : undefined;
}

/** Text from outside on one line, without what would steer a terminal. */
function quote(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, LONGEST_QUOTE);
}
