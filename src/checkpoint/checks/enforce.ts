import { type ErrorCode, ThawError, type Warning } from '../../errors.ts';
import type { Finding } from './finding.ts';

/**
 * The rules that a person may set aside by name (`--allow <code>`), because the image still holds exactly what the
 * archive holds and only the restoring node takes a risk. The others are not here because no image can be right without
 * them: an unsafe name has no one place to go, a whiteout deletes files instead of carrying them, and of two members of
 * one name every reader keeps another.
 */
export const ALLOWABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'MEMBER_TYPE_UNSAFE',
  'BIND_MOUNT_UNKNOWN',
  'CDI_ANNOTATION',
  'ROOTFS_DIFF_ESCAPES',
]);

/**
 * Turns findings into an error, or into warnings where a person took the risk. Throws the first finding that is not
 * allowed as a ThawError of its code, with how many others there are in `facts.others`; a code that is not in ALLOWABLE
 * cannot be allowed. Gives one CHECK_ALLOWED warning for each finding that is.
 */
export function enforce(findings: readonly Finding[], allowed: ReadonlySet<ErrorCode>): Warning[] {
  const refused = findings.filter(({ code }) => !(allowed.has(code) && ALLOWABLE.has(code)));
  const [first] = refused;
  if (first !== undefined) throw errorOf(first, refused.length - 1);
  return findings.map(({ code, message, facts }) => ({
    code: 'CHECK_ALLOWED',
    message: `${message} (${code}, allowed)`,
    facts: { ...facts, check: code },
  }));
}

function errorOf({ code, message, next, facts }: Finding, others: number): ThawError {
  return new ThawError(code, {
    message: others === 0 ? message : `${message}; ${others} more ${others === 1 ? 'finding' : 'findings'}`,
    next: ALLOWABLE.has(code) ? `${next}, or take the risk with --allow ${code}` : next,
    facts: { ...facts, others, allowable: ALLOWABLE.has(code) },
  });
}
