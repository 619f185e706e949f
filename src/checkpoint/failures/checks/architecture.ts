import type { FailureContext } from '../context.ts';
import { otherArchitecture } from '../entries/engine.ts';
import { imageFacts } from './facts.ts';
import type { CheckFinding } from './index.ts';

/** CRIU restores only on the architecture that it froze. */
export function checkArchitecture(context: FailureContext): CheckFinding | undefined {
  const frozen = imageFacts(context)?.architecture;
  const found = context.node?.architecture;
  if (frozen === undefined || found === undefined || frozen === found) return undefined;
  return { failure: otherArchitecture, facts: { frozen } };
}
