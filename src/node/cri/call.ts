import { connect, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { ThawError } from '../../errors.ts';

/** Milliseconds that a runtime may take to answer. */
const LONGEST = 10_000;
/** Bytes that an answer may have. */
const MOST = 16 * 1024 * 1024;
/** A gRPC message's head: one byte that says whether it is compressed, four that give its length. */
const HEAD = 5;

/**
 * Calls a method of the Container Runtime Interface with a request, and gives the answer, both as protobuf. One gRPC
 * call without a library for it: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md.
 * Throws NODE_RUNTIME_SILENT.
 */
export async function callCri(socket: string, method: string, request: Buffer = Buffer.alloc(0)): Promise<Uint8Array> {
  try {
    const { body, status, message } = await exchange(socket, `/runtime.v1.RuntimeService/${method}`, request);
    if (status !== '0') throw new Error(`gRPC status ${status}: ${decodeURIComponent(message)}`);
    return body.subarray(HEAD, HEAD + body.readUInt32BE(1));
  } catch (cause) {
    throw silent(socket, cause);
  }
}

/** A runtime that does not answer as it should. */
export function silent(socket: string, cause: unknown): ThawError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ThawError('NODE_RUNTIME_SILENT', {
    message: `the runtime at ${socket} does not answer: ${why}`,
    next: 'see that it runs and that this is its socket; --socket names another one',
    facts: { socket },
    cause,
  });
}

interface Answer {
  readonly body: Buffer;
  readonly status: string;
  readonly message: string;
}

function exchange(socket: string, path: string, message: Buffer): Promise<Answer> {
  const session = connect('http://localhost', { createConnection: () => connectSocket(socket) });
  const answer = Promise.withResolvers<Answer>();
  session.on('error', answer.reject);
  const request = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  const chunks: Buffer[] = [];
  let size = 0;
  let headers: IncomingHttpHeaders = {};
  request.on('response', (first) => {
    headers = { ...headers, ...first };
  });
  request.on('trailers', (last) => {
    headers = { ...headers, ...last };
  });
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MOST) request.destroy(new Error(`it answers with more than ${MOST} bytes`));
    else chunks.push(chunk);
  });
  request.on('error', answer.reject);
  request.on('end', () => answer.resolve({ body: Buffer.concat(chunks), ...outcome(headers) }));
  request.setTimeout(LONGEST, () => request.destroy(new Error(`nothing came for ${LONGEST / 1000} s`)));
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(message.length, 1);
  request.end(Buffer.concat([head, message]));
  return answer.promise.finally(() => session.destroy());
}

function outcome(headers: IncomingHttpHeaders): { status: string; message: string } {
  const status = headers['grpc-status'] ?? `HTTP ${headers[':status']}`;
  return { status: `${status}`, message: `${headers['grpc-message'] ?? ''}` };
}
