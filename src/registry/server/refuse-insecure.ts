import { ThawError } from '../../errors.ts';
import { isLoopback } from '../../service/loopback.ts';

/** Where a registry is to listen, and what protects it there. */
export interface Exposure {
  /** An IP address. */
  readonly address: string;
  readonly tls: boolean;
  readonly access: boolean;
  /** Somebody said that it may be so. */
  readonly insecure: boolean;
}

/**
 * Other machines may only come to a registry that speaks TLS and has an access file, since images of checkpoints hold
 * memory: INSECURE_LISTEN, unless somebody said that it may be insecure.
 */
export function refuseInsecure({ address, tls, access, insecure }: Exposure): void {
  if (insecure || isLoopback(address) || (tls && access)) return;
  const missing = [...(tls ? [] : ['--tls-cert and --tls-key']), ...(access ? [] : ['--access'])];
  throw new ThawError('INSECURE_LISTEN', {
    message: `other machines can reach ${address}, and checkpoint images hold memory: nothing protects it without ${missing.join(', nor without ')}`,
    next: `give ${missing.join(' and ')}, listen on 127.0.0.1, or say --insecure where something else protects it`,
    facts: { address, missing },
  });
}
