import type { Store } from '../store.ts';
import { SESSION_AGE, sweepLeftovers } from './collect.ts';
import { type SessionFacts, sweepSessions } from './sessions.ts';

/**
 * What a registry does when it starts: removes what killed processes have left, and the upload sessions that nobody has
 * gone on with for a day. Gives those sessions.
 */
export async function tidyStore(store: Store): Promise<SessionFacts[]> {
  await sweepLeftovers(store);
  return sweepSessions(store, Date.now() - SESSION_AGE);
}
