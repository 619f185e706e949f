import { createServer as createPlain, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { FromFiles } from '../../service/from-files.ts';
import type { Logger } from '../../service/log.ts';
import {
  HANDSHAKE_TIMEOUT,
  HEADERS_COUNT,
  HEADERS_SIZE,
  HEADERS_TIMEOUT,
  KEEP_ALIVE_TIMEOUT,
  type Limits,
} from './limits.ts';
import { loadTls, type TlsFiles } from './tls.ts';

export interface ListenerOptions {
  readonly tls: TlsFiles | undefined;
  readonly limits: Pick<Limits, 'connections'>;
  readonly logger: Logger | undefined;
  /** Milliseconds between looks at the certificate's files. */
  readonly pollMs: number | undefined;
  /** What must be closed after the server. */
  readonly closers: AsyncDisposableStack;
}

/** A server that does not listen yet. */
export interface Listener {
  readonly server: Server;
  readonly scheme: 'http' | 'https';
  /** When the certificate in force ends, in milliseconds since 1970. */
  readonly certificateEnds?: (() => number) | undefined;
}

const OPTIONS = {
  requestTimeout: 0, // a checkpoint may take as long as it takes; SlowClients sees that it goes on
  headersTimeout: HEADERS_TIMEOUT,
  keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
  maxHeaderSize: HEADERS_SIZE,
};

/** Makes a server with limits on what comes before a request is understood. Throws TLS_INVALID. */
export async function makeListener(options: ListenerOptions): Promise<Listener> {
  const { tls, limits } = options;
  const listener: Listener =
    tls === undefined ? { server: createPlain(OPTIONS), scheme: 'http' } : await makeSecure(tls, options);
  listener.server.maxHeadersCount = HEADERS_COUNT;
  listener.server.maxConnections = limits.connections;
  return listener;
}

/** New connections get the certificate that stands in the files now; open ones keep theirs. */
async function makeSecure(files: TlsFiles, { logger, pollMs, closers }: ListenerOptions): Promise<Listener> {
  const { value } = await loadTls(files);
  const server = createSecure({ ...OPTIONS, ...value.options, handshakeTimeout: HANDSHAKE_TIMEOUT });
  const context = await FromFiles.open({
    load: () => loadTls(files),
    onChange: (changed) => server.setSecureContext(changed.options),
    what: 'certificate',
    logger,
    pollMs,
  });
  closers.defer(() => context.close());
  return { server, scheme: 'https', certificateEnds: () => context.current.ends };
}
