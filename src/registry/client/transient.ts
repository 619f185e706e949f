import type { ThawError } from '../../errors.ts';

/** A failure that may be gone at the next try. Stays inside the client: callers get the error it carries. */
export class Transient extends Error {
  override readonly name = 'Transient';
  readonly error: ThawError;
  /** Milliseconds that the registry asks us to wait. */
  readonly askedWait: number | undefined;

  constructor(error: ThawError, askedWait?: number) {
    super(error.message, { cause: error });
    this.error = error;
    this.askedWait = askedWait;
  }
}
