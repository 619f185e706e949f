import { type Fact, ThawError } from '../../errors.ts';
import { type Digest, isDigest, splitDigest } from '../../oci/digest.ts';
import { showUrl } from './show-url.ts';
import type { HttpAnswer } from './transport.ts';

/** The digest that the registry names in its answer; undefined when there is none, or none that thaw knows. */
export function answeredDigest(answer: HttpAnswer): Digest | undefined {
  const text = answer.header('docker-content-digest');
  return text !== undefined && isDigest(text) ? text : undefined;
}

/**
 * Checks that what the registry says it stored is what we sent. Digests of different algorithms cannot be compared
 * (distribution specification, "Pulling manifests") and pass. Throws DIGEST_MISMATCH.
 */
export function verifyAnsweredDigest(answer: HttpAnswer, sent: Digest): void {
  const stored = answeredDigest(answer);
  if (stored === undefined || stored === sent) return;
  if (splitDigest(stored).algorithm !== splitDigest(sent).algorithm) return;
  throw mismatch(`${showUrl(answer.url)} stored ${stored} where ${sent} was sent`, { wanted: sent, found: stored });
}

/** The error for bytes that do not have the digest or size that they should have. */
export function mismatch(message: string, facts: Readonly<Record<string, Fact>>): ThawError {
  return new ThawError('DIGEST_MISMATCH', {
    message,
    next: 'try again; if it happens twice, the storage or a proxy on the way changes bytes',
    facts,
  });
}
