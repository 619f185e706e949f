import type { CredentialSources, UserCredentials } from './auth/credential-types.ts';

/** Where a registry is and how to talk to it. */
export interface RegistryOptions {
  /** `host[:port]`. */
  readonly registry: string;
  readonly repository: string;
  /**
   * True: plain HTTP wherever the registry is. False: HTTPS even on loopback. Left out: plain HTTP on loopback unless
   * `caFile` is given, HTTPS elsewhere.
   */
  readonly plainHttp?: boolean | undefined;
  /** A PEM file of certificates that are trusted besides the system's and Node's. */
  readonly caFile?: string | undefined;
  /** Used before any file or helper is asked. */
  readonly credentials?: UserCredentials | undefined;
  /** Where credentials are looked for; the process's environment and home folder where left out. */
  readonly credentialSources?: CredentialSources | undefined;
  readonly logger?: Logger | undefined;
  readonly retry?: Partial<RetryOptions> | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
}

/** What the client says while it works; pino's loggers fit. */
export interface Logger {
  debug(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

/** How often and how patiently a request is tried again. Times are milliseconds. */
export interface RetryOptions {
  /** Tries in all, the first one included. */
  readonly attempts: number;
  /** The longest wait before the second try; doubled for each further one. */
  readonly base: number;
  /** No wait of our own choosing is longer. */
  readonly longest: number;
  /** No wait that the registry asks for (Retry-After) is longer. */
  readonly longestAsked: number;
}

export const RETRY: RetryOptions = { attempts: 5, base: 250, longest: 10_000, longestAsked: 60_000 };

/** How long each part of an exchange may take, in milliseconds. */
export interface Timeouts {
  readonly connect: number;
  /** Until the first byte of an answer, where the registry has little to do. */
  readonly answer: number;
  /** Until a registry has stored what was sent: it may have to sync or re-read a hundred gigabytes. */
  readonly store: number;
  /** Between two pieces of an answer's body. */
  readonly idle: number;
  /** For ending and deleting an upload session when a push has failed. */
  readonly cleanup: number;
}

export const TIMEOUTS: Timeouts = {
  connect: 10_000,
  answer: 60_000,
  store: 900_000,
  idle: 60_000,
  cleanup: 5_000,
};
