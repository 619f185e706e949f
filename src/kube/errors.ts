import { type ErrorCode, type Fact, ThawError } from '../errors.ts';
import { fieldsOf } from './fields.ts';

/** What was asked of which API server, for the words of an error. */
export interface Asked {
  readonly server: string;
  /** What was to be done: `read pod shop/web-0`. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Whatever a call of the Kubernetes client threw, as a ThawError: CLUSTER_DENIED (401, 403), OBJECT_NOT_FOUND (404),
 * CLUSTER_REFUSED (any other answer), CLUSTER_UNREACHABLE (no answer), or the reason of the signal that aborted it.
 */
export function toKubeError(error: unknown, asked: Asked): ThawError {
  if (error instanceof ThawError) return error;
  if (asked.signal?.aborted && asked.signal.reason instanceof ThawError) return asked.signal.reason;
  return isAnswer(error) ? answered(error, asked) : unanswered(error, asked);
}

/** The client's ApiException; its class is not asked for, because that would load the client. */
interface Answer {
  readonly code: number;
  readonly body: unknown;
}

function isAnswer(error: unknown): error is Answer {
  return error instanceof Error && 'body' in error && 'code' in error && typeof error.code === 'number';
}

const ANSWERS: Readonly<Record<number, { readonly code: ErrorCode; readonly next: string }>> = {
  401: { code: 'CLUSTER_DENIED', next: 'log in again, or choose another context with --context' },
  403: { code: 'CLUSTER_DENIED', next: 'let somebody bind a role to this user that allows it' },
  404: { code: 'OBJECT_NOT_FOUND', next: 'check the name and the namespace (-n), and the context' },
};

function answered(cause: Answer, { server, what }: Asked): ThawError {
  const { code: status, body } = cause;
  const said = messageOf(body);
  const { code, next } = ANSWERS[status] ?? { code: 'CLUSTER_REFUSED', next: "look into the API server's log" };
  const message = `could not ${what} at ${server}: ${said || `the answer was ${status}`}`;
  return new ThawError(code, { message, next, facts: { server, what, status, said }, cause });
}

/** The message of a Status object, whether the client has parsed it or not. */
function messageOf(body: unknown): string {
  const { message } = fieldsOf(typeof body === 'string' ? parse(body) : body);
  return typeof message === 'string' ? message : '';
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function unanswered(cause: unknown, { server, what }: Asked): ThawError {
  const why = innermost(cause);
  const facts: Record<string, Fact> = { server, what, why };
  return new ThawError('CLUSTER_UNREACHABLE', {
    message: `could not ${what}: the API server ${server} does not answer (${why})`,
    next: 'check that the API server runs and can be reached from here, or choose another context with --context',
    facts,
    cause,
  });
}

/** fetch only says that it failed; what failed is the cause at the bottom. */
function innermost(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause !== undefined) return innermost(cause);
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.split('\n', 1)[0] ?? text;
}
