import type { KubeConfig, RequestContext, SecurityAuthentication } from '@kubernetes/client-node';
import { ThawError } from '../errors.ts';

type Dispatcher = NonNullable<ReturnType<RequestContext['getDispatcher']>>;

/** Milliseconds after which connections are made anew, so that renewed certificates of the kubeconfig come to count. */
const RENEW_AFTER = 5 * 60_000;

/**
 * A kubeconfig's credentials for each request, over connections that are used again: the client alone opens a
 * connection, with its TLS handshake, for every request.
 */
export class ReusedConnections implements SecurityAuthentication {
  readonly #config: KubeConfig;
  #kept: { readonly dispatcher: Dispatcher; readonly since: number } | undefined;

  constructor(config: KubeConfig) {
    this.#config = config;
  }

  getName(): string {
    return this.#config.getName();
  }

  /** Throws KUBECONFIG_INVALID where credentials cannot be had: a file is gone, a credentials program fails. */
  async applySecurityAuthentication(context: RequestContext): Promise<void> {
    try {
      await this.#config.applySecurityAuthentication(context);
    } catch (cause) {
      throw noCredentials(this.#config, cause);
    }
    const made = context.getDispatcher();
    if (made === undefined) return;
    context.setDispatcher(this.#keep(made));
  }

  async close(): Promise<void> {
    await this.#kept?.dispatcher.close();
    this.#kept = undefined;
  }

  /** One that was made for a request and is not used has no connection yet, and nothing to close. */
  #keep(made: Dispatcher): Dispatcher {
    const now = performance.now();
    if (this.#kept !== undefined && now - this.#kept.since < RENEW_AFTER) return this.#kept.dispatcher;
    // What still runs over the old connections ends in its own time.
    void this.#kept?.dispatcher.close().catch(() => {});
    this.#kept = { dispatcher: made, since: now };
    return made;
  }
}

function noCredentials(config: KubeConfig, cause: unknown): ThawError {
  const user = config.getCurrentUser()?.name ?? 'nobody';
  const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
  return new ThawError('KUBECONFIG_INVALID', {
    message: `the credentials of user ${user} in context ${config.currentContext} cannot be used: ${why}`,
    next: "check the user's files and programs in the kubeconfig, or choose another context with --context",
    facts: { user, context: config.currentContext },
    cause,
  });
}
