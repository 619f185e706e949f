import { ThawError } from '../../errors.ts';

/** Throws CANCELLED when the signal has been given. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled(signal);
}

/** The error for a call whose signal was given. */
export function cancelled(signal: AbortSignal | undefined): ThawError {
  return new ThawError('CANCELLED', {
    message: 'the transfer was stopped before its end',
    next: 'start it again; what the registry has already got is not sent twice',
    cause: signal?.reason,
  });
}
