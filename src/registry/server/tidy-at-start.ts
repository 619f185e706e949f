import type { Logger } from '../../service/log.ts';
import { tidyStore } from '../storage/gc/tidy.ts';
import type { Store } from '../storage/store.ts';

/** Tidies the data folder while requests are answered already; a failure is logged. Resolves when it has ended. */
export async function tidyAtStart(store: Store, logger: Logger | undefined): Promise<void> {
  try {
    const sessions = await tidyStore(store);
    const bytes = sessions.reduce((sum, { size }) => sum + size, 0);
    if (sessions.length > 0) logger?.info({ sessions: sessions.length, bytes }, 'stale upload sessions removed');
  } catch (error) {
    logger?.warn({ err: error }, 'data folder could not be tidied');
  }
}
