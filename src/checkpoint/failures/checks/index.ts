import type { FailureContext } from '../context.ts';
import type { Failure } from '../failure.ts';
import { checkArchitecture } from './architecture.ts';
import { checkBaseImage } from './base-image.ts';
import { checkEngine } from './engine.ts';
import { checkHandler } from './handler.ts';
import { checkMounts } from './mounts.ts';
import { checkReady } from './ready.ts';
import { checkProgramEnd, checkRestartPolicy } from './restart.ts';

/** A failure that what is known of image, node and pod shows, without a text. */
export interface CheckFinding {
  readonly failure: Failure;
  readonly facts: Readonly<Record<string, string>>;
}

/** Looks at everything that is known for what will, or did, make a restore fail. Where little is known little is found. */
export function checkContext(context: FailureContext): CheckFinding[] {
  return [
    checkReady(context),
    checkEngine(context),
    checkArchitecture(context),
    checkHandler(context),
    checkMounts(context),
    checkBaseImage(context),
    checkProgramEnd(context),
    checkRestartPolicy(context),
  ].filter((finding) => finding !== undefined);
}
