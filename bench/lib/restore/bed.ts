import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { checkHost } from '../../../scripts/cluster/checks.ts';
import { NODE_ROOT, rootFolder } from '../../../scripts/cluster/debian-root.ts';
import { isFolder } from '../../../scripts/cluster/made-once.ts';
import { programs } from '../../../scripts/cluster/modules.ts';
import { checkUp } from '../../../scripts/cluster/requirements.ts';
import { type Settings, settingsOf } from '../../../scripts/cluster/settings.ts';
import { removeState } from '../../../scripts/cluster/state.ts';
import { BuildError } from '../../../scripts/cluster/step.ts';
import { up } from '../../../scripts/cluster/up.ts';
import { isWorkloadBuilt } from '../../../scripts/cluster/workload.ts';

const CLUSTER = fileURLToPath(new URL('../../../scripts/cluster/main.ts', import.meta.url));

/** Runs `down` as soon as its standard input closes, and so also when the benchmark is killed. */
const THEN_DOWN = `trap '' HUP INT TERM; cat >/dev/null; exec "$@" down`;

/** The network of the benchmark's bed, unless THAW_CLUSTER_NUMBER says another. */
const NUMBER = '8';

const NOT_BUILT = 'the test bed is not built yet. Run: npm run cluster -- build';

/** The variables of a bed of its own below a folder: two nodes of containerd, whatever else is on PATH. */
export function bedVariables(folder: string): Record<string, string> {
  return {
    THAW_CLUSTER: join(folder, `thaw-bench-restore-${process.pid}`),
    THAW_CLUSTER_NUMBER: process.env['THAW_CLUSTER_NUMBER'] || NUMBER,
    THAW_RUNTIMES: 'containerd',
  };
}

/** Why the bed cannot run here, in one line; undefined where it can. Builds nothing. */
export async function whyNoBed(folder: string): Promise<string | undefined> {
  const settings = settingsFor(folder);
  try {
    await checkUp(settings);
    await programs(settings);
    if (!(await isFolder(rootFolder(settings.cache, NODE_ROOT))) || !(await isWorkloadBuilt(settings)))
      return NOT_BUILT;
    await checkHost(settings);
    return undefined;
  } catch (error) {
    if (error instanceof BuildError) return NOT_BUILT;
    return String(error instanceof Error ? error.message : error).replaceAll(/\s*\n\s*/g, ' ');
  } finally {
    await removeState(settings);
  }
}

/** Starts the bed, does the work on it, and ends it, however the work ends. */
export async function withBed<Result>(folder: string, work: (bed: Settings) => Promise<Result>): Promise<Result> {
  const settings = settingsFor(folder);
  const end = ['-c', THEN_DOWN, 'sh', process.execPath, CLUSTER];
  const guard = execa('sh', end, { env: bedVariables(folder), detached: true, cleanup: false });
  try {
    await up(settings, (line) => console.error(line));
    return await work(settings);
  } finally {
    guard.stdin.end();
    await guard;
  }
}

function settingsFor(folder: string): Settings {
  return settingsOf({ ...process.env, ...bedVariables(folder) });
}
