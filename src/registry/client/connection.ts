import type { Authenticator } from './auth/authenticator.ts';
import type { Endpoint } from './endpoint.ts';
import type { Logger, RetryOptions, Timeouts } from './options.ts';
import type { Transport } from './transport.ts';

/** One repository of one registry and all that is needed to talk to it. */
export interface Connection {
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  readonly authenticator: Authenticator;
  readonly retry: RetryOptions;
  readonly timeouts: Timeouts;
  readonly logger: Logger | undefined;
}
