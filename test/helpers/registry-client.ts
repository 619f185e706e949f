import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import type { RegistryOptions } from '../../src/registry/client/options.ts';
import { openRegistry, type RegistryTarget } from '../../src/registry/client/target.ts';
import type { BlobSource } from '../../src/registry/target.ts';

/** Waits that do not hold a test up. */
export const QUICK = { attempts: 4, base: 1, longest: 2, longestAsked: 5 } as const;

/** A client that finds no credentials on this machine, hardly waits, and is closed with the test. */
export async function openClient(
  t: ExecutionContext,
  { registry }: { registry: string },
  options: Partial<RegistryOptions> = {},
): Promise<RegistryTarget> {
  const client = await openRegistry({
    registry,
    repository: 'checkpoints',
    retry: QUICK,
    timeouts: { cleanup: 5000 },
    credentialSources: { environment: {}, home: '/nonexistent' },
    ...options,
  });
  t.teardown(() => client.close());
  return client;
}

/** Starts an HTTP server on loopback that ends with the test; gives `127.0.0.1:<port>`. */
export async function startServer(t: ExecutionContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A source over bytes in memory, in pieces; counts how often it was opened and where. */
export function memorySource(
  bytes: Uint8Array,
  { piece = 1024, ...known }: { piece?: number; size?: number; digest?: BlobSource['digest'] } = {},
): BlobSource & { readonly opened: number[] } {
  const opened: number[] = [];
  return {
    ...known,
    opened,
    async *open(offset) {
      opened.push(offset);
      for (let at = offset; at < bytes.byteLength; at += piece) yield bytes.subarray(at, at + piece);
    },
  };
}
