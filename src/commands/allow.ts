import { InvalidArgumentError } from 'commander';
import { ALLOWABLE } from '../checkpoint/checks/index.ts';
import type { ErrorCode } from '../errors.ts';

/** Collects `--allow <code>`; a code that no check gives, or that nobody may allow, is an error that lists the others. */
export function collectAllowed(code: string, before: ErrorCode[] = []): ErrorCode[] {
  const known = [...ALLOWABLE];
  const allowed = known.find((one) => one === code);
  if (allowed === undefined) throw new InvalidArgumentError(`What may be allowed: ${known.join(', ')}.`);
  return [...before, allowed];
}
