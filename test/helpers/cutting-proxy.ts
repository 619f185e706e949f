import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

export interface CuttingProxy {
  /** `127.0.0.1:<port>` */
  readonly registry: string;
  /** Connections cut so far. */
  readonly cuts: number;
}

/**
 * A line to a real registry that breaks: of each connection, in turn, so many bytes come through in both directions
 * together before it is cut. When the list is used up the line is good.
 */
export async function startCuttingProxy(
  t: ExecutionContext,
  registry: string,
  cutAfter: readonly number[],
): Promise<CuttingProxy> {
  const { hostname, port } = new URL(`http://${registry}`);
  const limits = [...cutAfter];
  const sockets = new Set<Socket>();
  let cuts = 0;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    let left = limits.shift() ?? Number.POSITIVE_INFINITY;
    const end = () => {
      near.destroy();
      far.destroy();
    };
    const pass = (from: Socket, to: Socket) => {
      sockets.add(from);
      from.on('error', end).on('close', end);
      from.on('data', (chunk) => {
        const cut = chunk.byteLength >= left;
        to.write(chunk.subarray(0, left), cut ? end : undefined);
        if (cut) cuts += 1;
        left -= chunk.byteLength;
        if (left <= 0) left = 0;
      });
    };
    pass(near, far);
    pass(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    registry: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get cuts() {
      return cuts;
    },
  };
}
