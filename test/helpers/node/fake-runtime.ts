import { appendFile } from 'node:fs/promises';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { parse, type TomlTable } from 'smol-toml';
import { containerdDump, crioConfig } from './merge.ts';

// A runtime as far as its configuration goes: it reads its files when it starts, CRI-O also on SIGHUP, and tells over
// its socket what it is, which handlers it has and which pods. Its one argument is a Setting as JSON.

/** Which runtime, where, and what it says. */
export interface Setting {
  readonly root: string;
  readonly runtime: 'containerd' | 'cri-o';
  readonly version: string;
  readonly socket: string;
  readonly file: string;
  /** CRI-O's. */
  readonly folder?: string;
  readonly sandboxes?: readonly { readonly namespace: string; readonly name: string; readonly handler: string }[];
  /** Whether it passes over the handler thaw, as CRI-O does over one whose program is not sound. */
  readonly refusesThaw?: boolean;
}

const setting: Setting = JSON.parse(process.argv[2] ?? '{}');
const { root, runtime, version, file, folder = '' } = setting;
let config = '';

async function read(): Promise<void> {
  config = runtime === 'containerd' ? await containerdDump(root, file) : await crioConfig(root, file, folder);
}

function handlers(): string[] {
  const path =
    runtime === 'containerd'
      ? ['plugins', 'io.containerd.cri.v1.runtime', 'containerd', 'runtimes']
      : ['crio', 'runtime', 'runtimes'];
  const found = path.reduce((at, key) => (at[key] ?? {}) as TomlTable, parse(config));
  return ['', ...Object.keys(found)].filter((name) => name !== 'thaw' || setting.refusesThaw !== true);
}

/** One field of bytes of a protobuf message. */
function field(number: number, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content as string);
  const length: number[] = [];
  for (let rest = bytes.length; ; rest >>>= 7) {
    length.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) break;
  }
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), bytes]);
}

const sandboxes = (setting.sandboxes ?? []).map((sandbox, at) => ({ ...sandbox, id: `${at}`.repeat(64) }));

/** CRI-O names a pod's handler only where it says all of it. */
function sandboxInfo(request: Buffer): Buffer[] {
  const { handler } = sandboxes.find(({ id }) => request.includes(id)) ?? { handler: '' };
  const annotations = { 'io.kubernetes.cri-o.RuntimeHandler': handler };
  const info = JSON.stringify({ runtimeSpec: { annotations } });
  return [field(1, ''), field(2, Buffer.concat([field(1, 'info'), field(2, info)]))];
}

const METHODS: Readonly<Record<string, (request: Buffer) => Buffer[]>> = {
  Version: () => [field(1, '0.1.0'), field(2, runtime), field(3, version), field(4, 'v1')],
  Status: () => [
    field(1, ''),
    ...handlers().map((name) => field(3, Buffer.concat([field(1, name), field(2, Buffer.from([8, 1]))]))),
  ],
  ListPodSandbox: () =>
    sandboxes.map(({ id, namespace, name, handler }) => {
      const metadata = Buffer.concat([field(1, name), field(2, 'uid'), field(3, namespace)]);
      const listed = runtime === 'containerd' ? handler : '';
      return field(1, Buffer.concat([field(1, id), field(2, metadata), field(7, listed)]));
    }),
  PodSandboxStatus: sandboxInfo,
};

const grpc = createHttp2();
grpc.on('stream', async (stream, headers) => {
  const [, service, method = ''] = `${headers[':path']}`.split('/');
  const answer = service === 'runtime.v1.RuntimeService' ? METHODS[method] : undefined;
  const body = Buffer.concat(answer?.(await buffer(stream)) ?? []);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () =>
    stream.sendTrailers(answer ? { 'grpc-status': '0' } : { 'grpc-status': '12', 'grpc-message': 'unknown%20method' }),
  );
  stream.end(answer ? Buffer.concat([head, body]) : undefined);
});
const http = createHttp((request: IncomingMessage, response: ServerResponse) => {
  if (request.url === '/config') response.end(config);
  else response.writeHead(404).end();
});

// Both protocols on one socket, told apart by their first bytes, as CRI-O does it.
const behind = { grpc: join(root, `${setting.socket}.grpc`), http: join(root, `${setting.socket}.http`) };
grpc.listen(behind.grpc);
http.listen(behind.http);
const server = createServer((socket: Socket) => {
  socket.on('error', () => {});
  socket.once('data', (first) => {
    const isGrpc = first.toString('latin1').startsWith('PRI * HTTP/2');
    const other = connect(isGrpc ? behind.grpc : behind.http);
    other.on('error', () => socket.destroy());
    other.write(first);
    socket.pipe(other).pipe(socket);
  });
});
if (runtime === 'cri-o')
  process.on('SIGHUP', async () => {
    await read();
    await appendFile(join(root, 'run/reloads'), '.');
  });
await read();
server.listen(join(root, setting.socket), () => process.stdout.write('listening\n'));
