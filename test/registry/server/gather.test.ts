import { once } from 'node:events';
import { type ClientRequest, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { CHUNK_BYTES } from '../../../src/oci/chunk-pool.ts';
import { gather } from '../../../src/registry/server/gather.ts';
import { seeded } from '../../helpers/random.ts';

interface Gathered {
  readonly chunks: readonly Buffer[];
  readonly error?: unknown;
}

/** What a server gathers from one request's body. */
async function gathered(
  t: ExecutionContext,
  send: (client: ClientRequest) => void,
  check: (size: number) => void = () => {},
): Promise<Gathered> {
  const server = createServer().listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const arrival = once(server, 'request');
  const { port } = server.address() as AddressInfo;
  const client = request({ port, method: 'PUT' }).on('error', () => {});
  t.teardown(() => client.destroy());
  send(client);
  const [req] = (await arrival) as [IncomingMessage];
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of gather(req, check)) chunks.push(Buffer.from(chunk));
    return { chunks };
  } catch (error) {
    return { chunks, error };
  }
}

const wholeBody = test.macro({
  exec: async (t, size: number) => {
    const bytes = seeded(size).bytes(size);
    const { chunks, error } = await gathered(t, (client) => client.end(bytes));
    t.is(error, undefined);
    t.true(Buffer.concat(chunks).equals(bytes));
    const wanted = Array.from({ length: Math.ceil(size / CHUNK_BYTES) }, (_, at) =>
      Math.min(CHUNK_BYTES, size - at * CHUNK_BYTES),
    );
    t.deepEqual(
      chunks.map(({ length }) => length),
      wanted,
    );
  },
  title: (_, size) => `a body of ${size} bytes comes whole, in chunks that are full but for the last`,
});

for (const size of [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 7 * CHUNK_BYTES + 12_345]) {
  test(wholeBody, size);
}

test('a body that breaks off gives what arrived, then throws', async (t) => {
  const bytes = seeded(1).bytes(CHUNK_BYTES + 1_000);
  let arrived = 0;
  let cut = () => {};
  const { chunks, error } = await gathered(
    t,
    (client) => {
      client.write(bytes);
      cut = () => client.destroy();
    },
    (size) => {
      arrived = size;
      if (size === bytes.length) cut();
    },
  );
  t.is(arrived, bytes.length);
  t.true(Buffer.concat(chunks).equals(bytes));
  t.true(error instanceof Error);
});

test('a body that the check refuses ends before it is whole', async (t) => {
  const refusal = new Error('too much');
  const { chunks, error } = await gathered(
    t,
    (client) => client.write(seeded(2).bytes(64)), // never ended
    (size) => {
      if (size > 10) throw refusal;
    },
  );
  t.is(error, refusal);
  t.deepEqual(chunks, []);
});

test('a connection that closed before anybody read gives an error', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const arrival = once(server, 'request');
  const { port } = server.address() as AddressInfo;
  const client = request({ port, method: 'PUT' }).on('error', () => {});
  client.write('some');
  const [req] = (await arrival) as [IncomingMessage];
  const closed = new Promise((resolve) => req.on('error', () => {}).on('close', resolve));
  client.destroy();
  await closed;
  await t.throwsAsync(gather(req, () => {}).next(), { message: /closed/ });
});
