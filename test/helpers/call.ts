import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

export interface Call {
  /** `GET /v2/`: sent as it stands, nothing is normalised. */
  readonly send: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A list is sent piece by piece, without a Content-Length. */
  readonly body?: string | Buffer | readonly Buffer[];
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One plain HTTP request on a connection of its own. */
export async function call(url: string, { send, headers = {}, body }: Call): Promise<Reply> {
  const space = send.indexOf(' ');
  const { hostname, port } = new URL(url);
  const req = request({
    hostname,
    port,
    method: send.slice(0, space),
    path: send.slice(space + 1),
    headers: { ...lengthOf(send, body), ...headers },
    agent: false,
  });
  req.on('error', () => {}); // a server may answer and close before it has read all; before an answer, once() rejects
  req.flushHeaders();
  for (const piece of piecesOf(body)) req.write(piece);
  req.end();
  const [res] = (await once(req, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of res) chunks.push(chunk);
  return { status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks) };
}

function lengthOf(send: string, body: Call['body']): Record<string, string> {
  if (typeof body === 'string' || Buffer.isBuffer(body)) return { 'Content-Length': String(Buffer.byteLength(body)) };
  return body === undefined && /^(?:POST|PUT|PATCH|DELETE) /.test(send) ? { 'Content-Length': '0' } : {};
}

function piecesOf(body: Call['body']): readonly (string | Buffer)[] {
  if (body === undefined) return [];
  return typeof body === 'string' || Buffer.isBuffer(body) ? [body] : body;
}
