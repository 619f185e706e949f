import type { FailureContext } from '../context.ts';
import { nodeNotReady } from '../entries/kubelet.ts';
import type { CheckFinding } from './index.ts';

/** On a node that is not ready nothing starts, and nobody says so of the pod. */
export function checkReady({ node }: FailureContext): CheckFinding | undefined {
  return node?.ready === false ? { failure: nodeNotReady, facts: {} } : undefined;
}
