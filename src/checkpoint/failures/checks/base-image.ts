import type { FailureContext } from '../context.ts';
import { baseImageNotBrought } from '../entries/engine.ts';
import { imageFacts } from './facts.ts';
import type { CheckFinding } from './index.ts';

/** By method `image` the exact base image must be on the node; a pod that brings no volume of it leaves that to chance. */
export function checkBaseImage(context: FailureContext): CheckFinding | undefined {
  const base = imageFacts(context)?.baseImage.repoDigest;
  const { pod } = context;
  if (base === undefined || pod === undefined || pod.method === 'runtime') return undefined;
  const digest = base.slice(base.indexOf('@'));
  if (pod.volumeImages.some((reference) => reference.endsWith(digest))) return undefined;
  return { failure: baseImageNotBrought, facts: { base } };
}
