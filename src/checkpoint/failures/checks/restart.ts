import type { FailureContext } from '../context.ts';
import { closedConnection, restartPolicy } from '../entries/engine.ts';
import { imageFacts } from './facts.ts';
import type { CheckFinding } from './index.ts';

/** A program that SIGPIPE ended (128 + 13), and that had connections when it was frozen: they were closed by the restore. */
export function checkProgramEnd(context: FailureContext): CheckFinding | undefined {
  const connected = imageFacts(context)?.tcp.connected ?? 0;
  if (context.pod?.exitCode !== 141 || connected === 0) return undefined;
  return { failure: closedConnection, facts: { connected: String(connected) } };
}

/** A restored container that ends is restored once more, or cannot start at all: only `Never` is right. */
export function checkRestartPolicy(context: FailureContext): CheckFinding | undefined {
  const policy = context.pod?.restartPolicy ?? 'Never';
  if (policy === 'Never' || imageFacts(context) === undefined) return undefined;
  return { failure: restartPolicy, facts: { policy } };
}
