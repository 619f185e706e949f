import { ThawError } from '../../errors.ts';

/** `127.0.0.1:5000`, `[::1]:5000`, `localhost:0` → host and port. Throws USAGE. */
export function parseListen(listen: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s]+)):(\d{1,5})$/.exec(listen);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host !== undefined && port <= 65_535) return { host, port };
  throw new ThawError('USAGE', {
    message: `"${listen}" is no address to listen on`,
    next: 'write <address>:<port>, for example 127.0.0.1:5000 or [::1]:5000',
    facts: { listen },
  });
}
