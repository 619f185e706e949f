import { lookup } from 'node:dns/promises';
import type { AddressInfo, Server } from 'node:net';
import { ThawError } from '../errors.ts';

/** The address that a host name stands for on this machine. Throws LISTEN_FAILED. */
export async function resolveHost(host: string, port: number): Promise<string> {
  try {
    return (await lookup(host)).address;
  } catch (error) {
    throw listenFailed(host, port, error);
  }
}

/** Listens, and gives the address and the port that it took. Throws LISTEN_FAILED. */
export async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error) => reject(listenFailed(host, port, error));
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resolve();
    });
  });
  return server.address() as AddressInfo;
}

/** `https://[::1]:5000`, without a slash at its end. */
export function urlOf(scheme: 'http' | 'https', { address, family, port }: AddressInfo): string {
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function listenFailed(host: string, port: number, cause: unknown): ThawError {
  return new ThawError('LISTEN_FAILED', {
    message: `${host}:${port} cannot be listened on: ${cause instanceof Error ? cause.message : String(cause)}`,
    next: 'stop what listens there, or choose another address or port',
    facts: { host, port },
    cause,
  });
}
