import { type ErrorCode, type Fact, ThawError } from '../../errors.ts';

/**
 * Every error that the registry answers with, once: the OCI distribution specification 1.1.1, "Error Codes", with
 * TAG_INVALID and PAGINATION_NUMBER_INVALID as CNCF Distribution has them, and three of 5xx that no specification names.
 */
export const REGISTRY_ERRORS = {
  BLOB_UNKNOWN: { status: 404, message: 'blob unknown to registry' },
  BLOB_UPLOAD_INVALID: { status: 400, message: 'blob upload invalid' },
  BLOB_UPLOAD_UNKNOWN: { status: 404, message: 'blob upload unknown to registry' },
  DENIED: { status: 403, message: 'requested access to the resource is denied' },
  DIGEST_INVALID: { status: 400, message: 'provided digest did not match uploaded content' },
  MANIFEST_BLOB_UNKNOWN: { status: 404, message: 'manifest references a manifest or blob unknown to registry' },
  MANIFEST_INVALID: { status: 400, message: 'manifest invalid' },
  MANIFEST_UNKNOWN: { status: 404, message: 'manifest unknown to registry' },
  NAME_INVALID: { status: 400, message: 'invalid repository name' },
  NAME_UNKNOWN: { status: 404, message: 'repository name not known to registry' },
  PAGINATION_NUMBER_INVALID: { status: 400, message: 'invalid number of results requested' },
  SIZE_INVALID: { status: 400, message: 'provided length did not match content length' },
  TAG_INVALID: { status: 400, message: 'manifest tag did not match the grammar of tags' },
  TOOMANYREQUESTS: { status: 429, message: 'too many requests' },
  UNAUTHORIZED: { status: 401, message: 'authentication required' },
  UNSUPPORTED: { status: 405, message: 'the operation is unsupported' },
  UNAVAILABLE: { status: 503, message: 'the registry is stopping' },
  INSUFFICIENT_STORAGE: { status: 507, message: 'the registry has no room left' },
  UNKNOWN: { status: 500, message: 'the registry failed; its log says why' },
} as const satisfies Record<string, { status: number; message: string }>;

export type RegistryErrorCode = keyof typeof REGISTRY_ERRORS;

/** What an error carries beyond its code. */
export interface RegistryErrorOptions {
  /** What was wanted and found; one entry in the answer for each. */
  readonly details?: readonly Fact[];
  /** Where the situation has a status of its own, such as 416. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a handler throws to answer with an error; errorAnswer turns it into the specification's JSON. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code: RegistryErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly details: readonly Fact[];

  constructor(code: RegistryErrorCode, { details = [], status, headers = {} }: RegistryErrorOptions = {}) {
    super(REGISTRY_ERRORS[code].message);
    this.code = code;
    this.status = status ?? REGISTRY_ERRORS[code].status;
    this.headers = headers;
    this.details = details;
  }
}

/** An error as it goes over the wire. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly errors: readonly { code: RegistryErrorCode; message: string; detail?: Fact }[] };
}

/** The storage's codes that a client can do something about. */
const FROM_STORAGE: Partial<Record<ErrorCode, RegistryErrorCode>> = {
  DIGEST_MISMATCH: 'DIGEST_INVALID',
  NOT_FOUND: 'MANIFEST_BLOB_UNKNOWN',
  REFERENCE_INVALID: 'NAME_INVALID',
  STORAGE_FULL: 'INSUFFICIENT_STORAGE',
  TAG_TAKEN: 'DENIED',
};

/** Those of them whose facts a client may see: digests and tags, no paths. */
const TELLING: ReadonlySet<RegistryErrorCode> = new Set(['DENIED', 'DIGEST_INVALID', 'MANIFEST_BLOB_UNKNOWN']);

/** The answer for whatever a handler threw. Of faults of our own it tells nothing: paths are no client's business. */
export function errorAnswer(error: unknown): ErrorAnswer {
  const { status, headers, code, message, details } = asRegistryError(error);
  const errors = details.length === 0 ? [{ code, message }] : details.map((detail) => ({ code, message, detail }));
  return { status, headers, body: { errors } };
}

function asRegistryError(error: unknown): RegistryError {
  if (error instanceof RegistryError) return error;
  const code = error instanceof ThawError ? FROM_STORAGE[error.code] : undefined;
  if (code === undefined) return new RegistryError('UNKNOWN');
  if (!TELLING.has(code) || !(error instanceof ThawError)) return new RegistryError(code);
  return new RegistryError(code, { details: [error.facts] });
}
