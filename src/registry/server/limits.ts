import type { Patience } from '../../service/slow-clients.ts';

/** What one registry bears, so that no client can take it from the others. */
export interface Limits extends Patience {
  /** Connections that are open at once; more are closed before a byte is read. */
  readonly connections: number;
  /** Upload sessions that were begun here and are not finished, in all and for one client. */
  readonly sessions: number;
  readonly sessionsPerClient: number;
  /** Milliseconds after which a session that nobody touches counts no more; its bytes stay and it can go on. */
  readonly sessionIdleMs: number;
  /** Bytes of the largest blob. */
  readonly blob: number;
  /** Bytes of a body that nobody wants, which are read so that the answer arrives; then the connection is cut. */
  readonly unwanted: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const MIB = 1024 * 1024;

/** Generous for nodes and converters, and a bound for everybody else. */
export const LIMITS: Limits = {
  connections: 4_096,
  sessions: 1_024,
  sessionsPerClient: 256,
  sessionIdleMs: 60 * MINUTE,
  blob: 1024 * 1024 * MIB,
  unwanted: 16 * MIB,
  slowestBody: 1_024,
  bodyWindowMs: MINUTE,
  answerWindowMs: 5 * MINUTE,
};

/** Connections at once to the second listener, which has probes and metrics only. */
export const PROBE_CONNECTIONS = 128;
/** Bytes of a request's line and headers, and the number of headers. More is answered with 431. */
export const HEADERS_SIZE = 16 * 1024;
export const HEADERS_COUNT = 100;
/** Milliseconds for the headers of a request, for a TLS handshake, and that an idle connection is kept. */
export const HEADERS_TIMEOUT = 30 * SECOND;
export const HANDSHAKE_TIMEOUT = 20 * SECOND;
export const KEEP_ALIVE_TIMEOUT = 75 * SECOND;
