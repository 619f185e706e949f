import type { Configuration, KubeConfig } from '@kubernetes/client-node';
import { toKubeError } from './errors.ts';
import { type KubeConfigOptions, loadKubeConfig } from './kubeconfig.ts';
import { ReusedConnections } from './reused-connections.ts';

/** A cluster that can be talked to. */
export interface Cluster {
  /** The API server's URL. */
  readonly server: string;
  /** The namespace of the context, `default` where it names none. */
  readonly namespace: string;
  /** For what the client makes of it itself: watches, informers. */
  readonly config: KubeConfig;
  /** A client for one API group: `cluster.client(CoreV1Api)`. */
  client<Api>(kind: new (configuration: Configuration) => Api): Api;
  /** Makes a call; `what` says what is to be done, for errors: `read pod shop/web-0`. Throws what toKubeError gives. */
  ask<Answer>(what: string, call: () => Promise<Answer>): Promise<Answer>;
  /** Lets go of the connections. */
  close(): Promise<void>;
}

export interface ClusterOptions extends KubeConfigOptions {
  /** Ends every call. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that an answer may take. */
  readonly timeout?: number | undefined;
}

const TIMEOUT = 15_000;

/** Opens the cluster that a kubeconfig leads to; nothing is asked yet. Throws KUBECONFIG_INVALID. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const config = await loadKubeConfig(options);
  const { createConfiguration, ServerConfiguration } = await import('@kubernetes/client-node');
  const server = config.getCurrentCluster()?.server ?? '';
  const connections = new ReusedConnections(config);
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(server, {}),
    authMethods: { default: connections },
    promiseMiddleware: [deadline(options)],
  });
  return {
    server,
    namespace: config.getContextObject(config.currentContext)?.namespace ?? 'default',
    config,
    client: (kind) => new kind(configuration),
    ask: async (what, call) => {
      try {
        return await call();
      } catch (error) {
        throw toKubeError(error, { server, what, signal: options.signal });
      }
    },
    close: () => connections.close(),
  };
}

type Middleware = NonNullable<
  NonNullable<Parameters<typeof import('@kubernetes/client-node').createConfiguration>[0]>['promiseMiddleware']
>[number];

/** Gives every request a time limit, beside the signal of whoever asks. */
function deadline({ signal, timeout = TIMEOUT }: ClusterOptions): Middleware {
  return {
    pre: async (request) => {
      const limit = AbortSignal.timeout(timeout);
      request.setSignal(signal === undefined ? limit : AbortSignal.any([signal, limit]));
      return request;
    },
    post: async (response) => response,
  };
}
