import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { ThawError } from '../../errors.ts';
import { openStore } from '../storage/store.ts';
import { answer } from './answer.ts';

export interface RegistryOptions {
  /** The data folder; made where it is not there. */
  readonly root: string;
  /** The address to listen on; loopback unless said otherwise. */
  readonly host?: string | undefined;
  /** 0 takes a free port. */
  readonly port?: number | undefined;
  /** Take manifests and indexes whose blobs and manifests the repository has not got. */
  readonly sparse?: boolean | undefined;
  readonly logger?: Logger | undefined;
}

/** A registry that is listening. */
export interface RunningRegistry {
  /** `http://127.0.0.1:5000`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests and ends; transfers that still run after `graceMs` milliseconds are cut. */
  close(options?: { readonly graceMs?: number | undefined }): Promise<void>;
}

/** Milliseconds that a client may take to send the headers of a request, and that an idle connection is kept. */
const HEADERS_TIMEOUT = 60_000;
const KEEP_ALIVE_TIMEOUT = 75_000;
/** Milliseconds between looks at which connections have become idle while the server ends. */
const IDLE_CHECK = 20;

/** Serves a data folder as an OCI registry. Throws STORAGE_FAILED, LISTEN_FAILED. */
export async function startRegistry(options: RegistryOptions): Promise<RunningRegistry> {
  const { root, host = '127.0.0.1', port = 0, sparse = false, logger } = options;
  const store = await openStore(root);
  const server = createServer({
    requestTimeout: 0, // a checkpoint may take as long as it takes
    headersTimeout: HEADERS_TIMEOUT,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
  });
  server.on('request', (req, res) => void answer({ req, res, store, options: { sparse } }, logger));
  const address = await listen(server, host, port);
  const url = `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
  logger?.info({ url, root: store.root }, 'registry is listening');
  return { url, port: address.port, close: ({ graceMs = 0 } = {}) => close(server, graceMs) };
}

async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenFailed(host, port, error)));
    server.listen(port, host, resolve);
  });
  return server.address() as AddressInfo;
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK);
  const grace = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(grace);
}

function listenFailed(host: string, port: number, cause: Error): ThawError {
  return new ThawError('LISTEN_FAILED', {
    message: `${host}:${port} cannot be listened on: ${cause.message}`,
    next: 'stop what listens there, or choose another address or port',
    facts: { host, port },
    cause,
  });
}
