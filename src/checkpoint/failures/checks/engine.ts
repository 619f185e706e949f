import { onUnableContainerd } from '../conditions.ts';
import type { FailureContext } from '../context.ts';
import { containerdCannotRestore } from '../entries/containerd.ts';
import { otherEngine } from '../entries/engine.ts';
import { imageFacts } from './facts.ts';
import type { CheckFinding } from './index.ts';

/** By restore method `image` an archive is restored only under the engine that made it, and by no containerd since 2.4. */
export function checkEngine(context: FailureContext): CheckFinding | undefined {
  const made = imageFacts(context)?.engine.name;
  const runs = context.node?.engine;
  if (made === undefined || runs === undefined || context.pod?.method === 'runtime') return undefined;
  if (made !== runs.name) return { failure: otherEngine, facts: { made } };
  return onUnableContainerd(context) ? { failure: containerdCannotRestore, facts: {} } : undefined;
}
