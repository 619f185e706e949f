import { ThawError } from '../../errors.ts';

/** The error of a container that is to start cold, and nothing tells with what. */
export function noCommand(): ThawError {
  return new ThawError('CHOICE_INVALID', {
    message:
      'the container is to start cold, and neither its variable THAW_COMMAND nor its checkpoint tells its program',
    next: 'set THAW_COMMAND in the container, like ["/bin/server", "--port", "80"]',
    facts: { variable: 'THAW_COMMAND' },
  });
}
