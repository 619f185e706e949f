import type { StoragePaths } from '../paths.ts';
import { distributionsServing } from './distribution.ts';
import { storeInUse } from './in-use-error.ts';
import type { Survey } from './survey.ts';
import { newestForeignTrace } from './traces.ts';

/** Milliseconds for which what another program has written says that it may still be there. */
const RECENT = 60 * 60 * 1000;

const WAY_OUT = 'stop it and collect again, or pass --force when it is sure that nothing but thaw writes there now';

/** Refuses a folder that CNCF Distribution serves on this machine: it takes no lock and renews no age. STORE_IN_USE. */
export async function refuseServed({ root }: StoragePaths): Promise<void> {
  const [found] = await distributionsServing(root);
  if (found === undefined) return;
  const { pid, command } = found;
  throw storeInUse(root, `CNCF Distribution serves it, as process ${pid}`, WAY_OUT, {
    by: 'distribution',
    pid,
    command,
  });
}

/** Refuses a folder into which another program has written lately, wherever it runs. STORE_IN_USE. */
export function refuseForeign({ root }: StoragePaths, survey: Survey): void {
  const trace = newestForeignTrace(survey, survey.began - RECENT);
  if (trace === undefined) return;
  const { repository, what, at } = trace;
  const when = new Date(at).toISOString();
  throw storeInUse(root, `another program than thaw has written ${what} in ${repository} at ${when}`, WAY_OUT, {
    by: 'another program',
    repository,
    what,
    when,
  });
}
