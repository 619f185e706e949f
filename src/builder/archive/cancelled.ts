import { ThawError } from '../../errors.ts';

/** Throws CANCELLED once the signal is aborted. */
export function throwIfCancelled(path: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new ThawError('CANCELLED', {
    message: `reading ${path} was cancelled`,
    next: 'start it again when you want it',
    facts: { path },
    cause: signal.reason,
  });
}
