import { type Fact, ThawError } from '../../errors.ts';
import { showUrl } from './show-url.ts';
import type { HttpAnswer } from './transport.ts';

/** The error for an answer that the distribution specification does not allow; `what` ends the sentence. */
export function protocolError(
  { method, url, status }: HttpAnswer,
  what: string,
  facts: Readonly<Record<string, Fact>> = {},
): ThawError {
  return new ThawError('REGISTRY_PROTOCOL', {
    message: `${method} ${showUrl(url)} was answered with ${status} ${what}`,
    next: 'check that this is an OCI registry, and whether a proxy before it changes answers',
    facts: { method, url: showUrl(url), status, ...facts },
  });
}
