import { once } from 'node:events';
import { createServer as createHttp2 } from 'node:http2';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readHandlers, readVersion } from '../../../src/node/cri/runtime-status.ts';
import { readSandboxes } from '../../../src/node/cri/sandboxes.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { throwsCode } from '../../helpers/throws.ts';

/** A server of gRPC that gives each method these bytes, or this status. */
async function serve(t: ExecutionContext, answers: Readonly<Record<string, Buffer | number>>): Promise<string> {
  const socket = join(await temporaryFolder(t), 'sock');
  const server = createHttp2();
  server.on('stream', (stream, headers) => {
    const answer = answers[`${headers[':path']}`.split('/').at(-1) ?? ''] ?? 12;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () =>
      stream.sendTrailers(
        typeof answer === 'number'
          ? { 'grpc-status': `${answer}`, 'grpc-message': 'not%20so' }
          : { 'grpc-status': '0' },
      ),
    );
    stream.end(typeof answer === 'number' ? undefined : answer);
  });
  server.listen(socket);
  await once(server, 'listening');
  t.teardown(() => server.close());
  return socket;
}

/** One gRPC message. */
function framed(...bytes: number[]): Buffer {
  return Buffer.from([0, 0, 0, 0, bytes.length, ...bytes]);
}

const WRONG: Readonly<Record<string, readonly [answer: Buffer | number, says: RegExp]>> = {
  'a refusal': [12, /gRPC status 12: not so/],
  'an answer without a head': [Buffer.from([0, 0]), /does not answer/],
  'a message that runs over its end': [framed(0x0a, 0x7f, 1), /does not answer: .*runs over the end/],
  'a field of no number': [framed(0x00, 0x01), /does not answer/],
};

for (const [what, [answer, says]] of Object.entries(WRONG)) {
  test(`${what} is NODE_RUNTIME_SILENT, with the socket`, async (t) => {
    const socket = await serve(t, { Version: answer });
    const error = await throwsCode(t, 'NODE_RUNTIME_SILENT', () => readVersion(socket));
    t.regex(error?.message ?? '', says);
    t.is(error?.facts['socket'], socket);
  });
}

test('what speaks no HTTP/2, and a socket that nobody listens on, are NODE_RUNTIME_SILENT', async (t) => {
  const folder = await temporaryFolder(t);
  const other = createServer((connection) => connection.end('SSH-2.0\r\n')).listen(join(folder, 'ssh'));
  t.teardown(() => other.close());
  await once(other, 'listening');
  await throwsCode(t, 'NODE_RUNTIME_SILENT', () => readHandlers(join(folder, 'ssh')));
  const error = await throwsCode(t, 'NODE_RUNTIME_SILENT', () => readHandlers(join(folder, 'nobody')));
  t.regex(error?.message ?? '', /ENOENT/);
});

test('fields that are not known are passed over, and empty answers are empty', async (t) => {
  // Field 15 a varint, field 2 "x", field 14 bytes.
  const version = framed(0x78, 0x05, 0x12, 0x01, 0x78, 0x72, 0x01, 0x00);
  const socket = await serve(t, { Version: version, Status: framed(), ListPodSandbox: framed() });
  t.deepEqual(await readVersion(socket), { name: 'x', version: '' });
  t.deepEqual(await readHandlers(socket), []);
  t.deepEqual(await readSandboxes(socket, 'cri-o'), []);
});

test('a pod that is removed while CRI-O is asked for it counts as one of no handler', async (t) => {
  const listed = framed(0x0a, 0x03, 0x0a, 0x01, 0x61);
  const gone = await serve(t, { ListPodSandbox: listed, PodSandboxStatus: 5 });
  t.deepEqual(await readSandboxes(gone, 'cri-o'), [{ id: 'a', name: '', namespace: '', handler: '' }]);
  const broken = await serve(t, { ListPodSandbox: listed, PodSandboxStatus: 13 });
  await throwsCode(t, 'NODE_RUNTIME_SILENT', () => readSandboxes(broken, 'cri-o'));
});
