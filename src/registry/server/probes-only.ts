import type { Guard } from './access/guard.ts';
import { RegistryError } from './errors.ts';

const PROBES: ReadonlySet<string> = new Set(['health', 'ready', 'metrics']);

/** The guard of the second listener: probes and metrics for everybody, and nothing else for anybody. */
export const PROBES_ONLY: Guard = {
  admit: async (_req, { kind }) => {
    if (PROBES.has(kind)) return { user: undefined, may: () => false };
    throw new RegistryError('UNSUPPORTED', { status: 404, details: [{ reason: 'only metrics and probes are here' }] });
  },
  close: async () => {},
};
