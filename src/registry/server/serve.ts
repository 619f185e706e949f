import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { listen, resolveHost, urlOf } from '../../service/listen.ts';
import type { Logger } from '../../service/log.ts';
import { stopServer } from '../../service/stop-server.ts';
import { openStore } from '../storage/store.ts';
import { tagsLike } from '../storage/tag-patterns.ts';
import { answer } from './answer.ts';
import type { Shared } from './exchange.ts';
import { LIMITS, type Limits, PROBE_CONNECTIONS } from './limits.ts';
import { makeListener } from './listener.ts';
import { PROBES_ONLY } from './probes-only.ts';
import { refuseInsecure } from './refuse-insecure.ts';
import { share } from './share.ts';
import { tidyAtStart } from './tidy-at-start.ts';
import type { TlsFiles } from './tls.ts';

/** Where something listens. */
export interface Listen {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

export interface RegistryOptions {
  /** The data folder; made where it is not there. */
  readonly root: string;
  /** The address to listen on; loopback unless said otherwise. */
  readonly host?: string | undefined;
  /** 0 takes a free port. */
  readonly port?: number | undefined;
  /** Take manifests and indexes whose blobs and manifests the repository has not got. */
  readonly sparse?: boolean | undefined;
  /** Patterns of tags that are never moved; see tagsLike. */
  readonly immutable?: readonly string[] | undefined;
  /** The access file; without one everybody may everything. */
  readonly access?: string | undefined;
  readonly tls?: TlsFiles | undefined;
  /** Let other machines in without TLS or an access file. */
  readonly insecure?: boolean | undefined;
  /** A second place, without TLS and credentials, for /metrics, /healthz and /readyz alone. */
  readonly metrics?: Listen | undefined;
  readonly limits?: Partial<Limits> | undefined;
  readonly logger?: Logger | undefined;
  /** Milliseconds between looks at the certificate, access and htpasswd files, besides being told of changes. */
  readonly pollMs?: number | undefined;
}

/** A registry that is listening. */
export interface RunningRegistry {
  /** `http://127.0.0.1:5000`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Where metrics are served without credentials, if that was asked for. */
  readonly metricsUrl: string | undefined;
  /** Takes no more requests and ends; transfers that still run after `graceMs` milliseconds are cut. */
  close(options?: { readonly graceMs?: number | undefined }): Promise<void>;
}

/**
 * Serves a data folder as an OCI registry. Throws STORAGE_FAILED, LISTEN_FAILED, INSECURE_LISTEN, ACCESS_INVALID and
 * TLS_INVALID.
 */
export async function startRegistry(options: RegistryOptions): Promise<RunningRegistry> {
  const { host = '127.0.0.1', port = 0, access, tls, insecure = false } = options;
  const address = await resolveHost(host, port);
  refuseInsecure({ address, tls: tls !== undefined, access: access !== undefined, insecure });
  const closers = new AsyncDisposableStack();
  try {
    return await start(options, { host: address, port }, closers);
  } catch (error) {
    await closers.disposeAsync();
    throw error;
  }
}

async function start(options: RegistryOptions, at: Listen, closers: AsyncDisposableStack): Promise<RunningRegistry> {
  const { access, logger, pollMs, sparse = false, tls } = options;
  const store = await openStore(options.root, { isImmutable: options.immutable && tagsLike(options.immutable) });
  const limits = { ...LIMITS, ...options.limits };
  const { server, scheme, certificateEnds } = await makeListener({ tls, limits, logger, pollMs, closers });
  const ground = { server, store, limits, access, logger, pollMs, certificateEnds, closers };
  const shared = await share({ ...ground, options: { sparse }, address: at.host });
  const metricsUrl = options.metrics && (await serveMetrics(options.metrics, shared, closers));
  closers.defer(() => stopServer(server, 0));
  const url = await serve(server, { scheme, at, shared });
  logger?.info({ url, metricsUrl, root: store.root }, 'registry is listening');
  const tidied = tidyAtStart(store, logger);
  closers.defer(() => tidied);
  const close = async ({ graceMs = 0 } = {}) => {
    shared.readiness.stop();
    logger?.info({ graceMs }, 'registry is stopping');
    await stopServer(server, graceMs);
    await closers.disposeAsync();
  };
  return { url, port: Number(new URL(url).port), metricsUrl, close };
}

/** It outlives the registry's own server, so that probes and metrics show how it stops. */
async function serveMetrics(at: Listen, shared: Shared, closers: AsyncDisposableStack): Promise<string> {
  const server = createServer();
  server.maxConnections = PROBE_CONNECTIONS;
  closers.defer(() => stopServer(server, 0));
  return serve(server, { scheme: 'http', at, shared: { ...shared, guard: PROBES_ONLY } });
}

interface Serving {
  readonly scheme: 'http' | 'https';
  readonly at: Listen;
  readonly shared: Shared;
}

/** Listens and answers; gives the URL. */
async function serve(server: Server, { scheme, at, shared }: Serving): Promise<string> {
  const onRequest = (req: IncomingMessage, res: ServerResponse) => void answer({ ...shared, req, res, known: {} });
  server.on('request', onRequest).on('checkContinue', onRequest);
  return urlOf(scheme, await listen(server, at.host, at.port));
}
