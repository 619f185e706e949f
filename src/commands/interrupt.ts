import { isThawError, ThawError } from '../errors.ts';

/**
 * Runs a task with a signal that SIGINT and SIGTERM abort, so that it can remove what it began. A second SIGINT does not
 * wait any more.
 */
export async function withInterrupt<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(cancelled(name));
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    return await task(controller.signal);
  } catch (error) {
    // Whoever noticed it first only knows that it was stopped; the signal knows by what.
    throw isThawError(error, 'CANCELLED') && controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

function cancelled(name: NodeJS.Signals): ThawError {
  return new ThawError('CANCELLED', {
    message: `${name} came, and what was begun has been removed`,
    next: 'run it again when you like; what is complete already will not be sent a second time',
    facts: { signal: name },
  });
}
