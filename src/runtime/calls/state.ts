import { spawnSync } from 'node:child_process';
import { existsSync, writeSync } from 'node:fs';
import type { Call } from '../call/call.ts';
import { containerPaths } from '../container/paths.ts';
import type { RuntimeSettings } from '../settings.ts';
import type { Outcome } from './outcome.ts';

const STDOUT = 1;

/**
 * What runc says of a container, but a restored one counts as created until the engine has started it: its processes run,
 * and CRI-O insists on that order (the OCI runtime specification's, runtime.md, "Lifecycle").
 */
export function state({ id = '' }: Call, argv: readonly string[], { runc, run }: RuntimeSettings): Outcome {
  if (!existsSync(containerPaths(run, id).awake)) return { become: argv };
  const { status, stdout } = spawnSync(runc, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  writeSync(STDOUT, status === 0 ? asCreated(stdout.toString()) : stdout.toString());
  return { exitCode: status ?? 1 };
}

function asCreated(text: string): string {
  const told = JSON.parse(text);
  return told.status === 'running' ? JSON.stringify({ ...told, status: 'created' }) : text;
}
