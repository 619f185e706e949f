import { posix } from 'node:path';
import type { FailureContext } from '../context.ts';
import { mountMissing } from '../entries/engine.ts';
import { imageFacts } from './facts.ts';
import type { CheckFinding } from './index.ts';

/** Every bind mount of the frozen container must be in the pod, at the same path. */
export function checkMounts(context: FailureContext): CheckFinding | undefined {
  const required = imageFacts(context)?.requiredMounts ?? [];
  if (context.pod === undefined) return undefined;
  const there = new Set(context.pod.mounts.map(normal));
  const missing = required.map(({ destination }) => destination).filter((path) => !there.has(normal(path)));
  return missing.length === 0 ? undefined : { failure: mountMissing, facts: { paths: missing.join(', ') } };
}

/** A path in its one form: no doubled slashes, no `.`, no slash at the end. */
function normal(path: string): string {
  return posix.normalize(path).replace(/(?<=.)\/$/, '');
}
