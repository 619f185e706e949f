import { ThawError } from '../../../errors.ts';
import { digestOf, splitDigest } from '../../../oci/digest.ts';

/** Kubernetes: a pod's and a node's name is a DNS subdomain (RFC 1123) of at most 253 characters. */
const LONGEST = 253;
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SUFFIX = '-restored';

/**
 * The restored pod's name: `<pod>-restored`. A name too long for that is cut and gets 8 hex digits of its SHA-256, so
 * that two long names stay two: `<beginning>-<hex>-restored`.
 */
export function restoredName(pod: string): string {
  const name = `${pod}${SUFFIX}`;
  if (name.length <= LONGEST) return name;
  const mark = `-${splitDigest(digestOf(pod)).hex.slice(0, 8)}${SUFFIX}`;
  return `${pod.slice(0, LONGEST - mark.length).replace(/[^a-z0-9]+$/, '')}${mark}`;
}

/** Throws USAGE unless a text can name a pod or node; `option` says whose it is. */
export function checkName(name: string, option: string): void {
  if (name.length <= LONGEST && NAME.test(name)) return;
  throw new ThawError('USAGE', {
    message: `${option} "${name}" (${name.length} characters) is no name that Kubernetes takes`,
    next: `write lower-case letters, digits, "-" and ".", at most ${LONGEST}, with a letter or digit at both ends`,
    facts: { option, name },
  });
}
