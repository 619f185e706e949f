import { setTimeout as sleep } from 'node:timers/promises';
import { ThawError } from '../../errors.ts';
import { cancelled, throwIfCancelled } from './cancel.ts';
import type { Logger, RetryOptions } from './options.ts';
import { Transient } from './transient.ts';

/** What retrying needs to know. */
export interface RetryContext {
  readonly retry: RetryOptions;
  readonly logger: Logger | undefined;
}

/** Counts the failures of one job and waits after each; gives up when there were too many. */
export interface Patience {
  /**
   * Waits before the next try, or throws: the failure itself when it is not transient, its error with the number of
   * tries when these are used up, CANCELLED when the signal is given.
   */
  afterFailure(failure: unknown, signal: AbortSignal | undefined): Promise<void>;
  /** Forgets the failures so far: the job has got on since. */
  renew(): void;
}

/** Patience for one job. Waits grow exponentially with full jitter; a Retry-After is honoured on top, up to its limit. */
export function createPatience({ retry, logger }: RetryContext): Patience {
  let failures = 0;
  return {
    async afterFailure(failure, signal) {
      throwIfCancelled(signal);
      if (!(failure instanceof Transient)) throw failure;
      failures += 1;
      if (failures >= retry.attempts) throw usedUp(failure.error, failures);
      const wait = waitFor(failures, failure.askedWait, retry);
      logger?.warn({ ...failure.error.facts, code: failure.error.code, attempt: failures, wait }, 'trying again');
      await pause(wait, signal);
    },
    renew() {
      failures = 0;
    },
  };
}

/** Runs `attempt` until it succeeds, fails for good, or has failed too often. */
export async function withRetry<T>(
  context: RetryContext,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  const patience = createPatience(context);
  for (;;) {
    throwIfCancelled(signal);
    try {
      return await attempt();
    } catch (failure) {
      await patience.afterFailure(failure, signal);
    }
  }
}

/** Milliseconds to wait after the nth failure. */
export function waitFor(
  failures: number,
  asked: number | undefined,
  { base, longest, longestAsked }: RetryOptions,
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(longest, base * 2 ** (failures - 1));
  return Math.round(random() * ceiling + Math.min(asked ?? 0, longestAsked));
}

/** Waits so many milliseconds. Throws CANCELLED when the signal is given. */
export async function pause(wait: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(wait, undefined, signal === undefined ? {} : { signal });
  } catch {
    throw cancelled(signal);
  }
}

function usedUp(error: ThawError, attempts: number): ThawError {
  return new ThawError(error.code, {
    message: attempts === 1 ? error.found : `${error.found} (${attempts} tries)`,
    next: error.next,
    facts: { ...error.facts, attempts },
    cause: error.cause ?? error,
  });
}
