import { ThawError } from '../errors.ts';

/** Throws CANCELLED once the signal has aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled(signal.reason);
}

/** What is thrown when a person or a parent stops the work; nothing half-done stays. */
export function cancelled(cause: unknown): ThawError {
  return new ThawError('CANCELLED', {
    message: 'the work was stopped before its end',
    next: 'run it again; it starts where nothing was left behind',
    cause,
  });
}
