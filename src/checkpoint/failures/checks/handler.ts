import type { FailureContext } from '../context.ts';
import { handlerMissing } from '../entries/thaw-runtime.ts';
import type { CheckFinding } from './index.ts';

/** A pod that names the runtime class thaw needs a node whose runtime has a handler of that name. */
export function checkHandler({ pod, node }: FailureContext): CheckFinding | undefined {
  if (pod?.runtimeClass !== 'thaw' || node?.handlers === undefined || node.handlers.includes('thaw')) return undefined;
  return { failure: handlerMissing, facts: { handler: 'thaw' } };
}
