import type { Server } from 'node:http';
import { Connections } from '../../service/connections.ts';
import type { Logger } from '../../service/log.ts';
import { isLoopback } from '../../service/loopback.ts';
import { Readiness } from '../../service/readiness.ts';
import { remembered } from '../../service/remembered.ts';
import { SlowClients } from '../../service/slow-clients.ts';
import { measureDiskSpace, measureDiskUse } from '../storage/disk-use.ts';
import type { Store } from '../storage/store.ts';
import { tryWriting } from '../storage/try-writing.ts';
import { guardOf, openGuard } from './access/guard.ts';
import type { HandlerOptions, Shared } from './exchange.ts';
import { Instruments } from './instruments.ts';
import type { Limits } from './limits.ts';
import { SessionLedger } from './session-ledger.ts';

/** Milliseconds for which a count of what is on disk serves. */
const DISK_USE_FRESH = 5 * 60_000;

/** What all requests of one registry are to share. */
export interface Ground {
  readonly server: Server;
  readonly store: Store;
  readonly options: HandlerOptions;
  readonly limits: Limits;
  readonly logger: Logger | undefined;
  /** The IP address that will be listened on. */
  readonly address: string;
  /** The access file. */
  readonly access: string | undefined;
  readonly pollMs: number | undefined;
  /** When the certificate ends; only where TLS is spoken. */
  readonly certificateEnds: (() => number) | undefined;
  /** What must be closed after the server. */
  readonly closers: AsyncDisposableStack;
}

/** Makes what all requests share. Throws ACCESS_INVALID. */
export async function share(ground: Ground): Promise<Shared> {
  const { server, store, options, limits, logger, closers, certificateEnds } = ground;
  const sessions = new SessionLedger(limits);
  const slowClients = closers.adopt(new SlowClients(limits), (clients) => clients.close());
  const guard = closers.adopt(await openGuardOf(ground), (opened) => opened.close());
  const instruments = new Instruments({
    connections: new Connections(server, certificateEnds === undefined ? 'connection' : 'secureConnection'),
    sessions,
    diskUse: remembered(() => measureDiskUse(store.paths), DISK_USE_FRESH),
    diskSpace: () => measureDiskSpace(store.paths),
    certificateEnds,
  });
  const readiness = new Readiness([{ name: 'storage', run: () => tryWriting(store.paths) }]);
  return { store, options, guard, limits, sessions, slowClients, readiness, instruments, logger };
}

/** Metrics are for anybody only where just this machine can ask. */
function openGuardOf({ access, address, logger, pollMs }: Ground) {
  if (access === undefined) return openGuard({ metrics: isLoopback(address) });
  return guardOf(access, logger, pollMs);
}
