import { existsSync, rmSync } from 'node:fs';
import type { Call } from '../call/call.ts';
import { containerPaths } from '../container/paths.ts';
import type { RuntimeSettings } from '../settings.ts';
import type { Outcome } from './outcome.ts';

/** Starts a container; a restored one runs already. */
export function start({ id = '' }: Call, argv: readonly string[], { run }: RuntimeSettings): Outcome {
  const { awake } = containerPaths(run, id);
  if (!existsSync(awake)) return { become: argv };
  rmSync(awake);
  return { exitCode: 0 };
}
