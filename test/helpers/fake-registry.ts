import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import { digestOf } from '../../src/oci/digest.ts';

/** How a fake registry misbehaves. */
export interface Faults {
  /** Sees every request first; true when it has dealt with it. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse, registry: FakeRegistry) => unknown;
  /** The connection of an upload is cut after so many bytes of the session, each place once. */
  readonly cutUploadsAt?: number[];
  /** The connection of a download is cut after so many bytes of the blob, each place once. */
  readonly cutDownloadsAt?: number[];
  /** As Distribution 2.8: a session whose PATCH broke answers 404 from then on. */
  readonly losesBrokenSessions?: boolean;
  /** GET answers the whole blob whatever range was asked for. */
  readonly knowsNoRanges?: boolean;
  /** The answer to PUT and manifest PUT. */
  readonly answeredDigest?: string;
}

/** A registry in memory behind a real HTTP server on loopback, for misbehaving on purpose. */
export interface FakeRegistry {
  /** `127.0.0.1:<port>` */
  readonly registry: string;
  readonly url: string;
  /** `<method> <path>` of every request so far. */
  readonly requests: string[];
  /** The Authorization header of every request so far. */
  readonly authorizations: (string | undefined)[];
  /** What each open session has. */
  readonly sessions: Map<string, Buffer>;
  readonly blobs: Map<string, Buffer>;
  /** By tag and by digest. */
  readonly manifests: Map<string, { mediaType: string; bytes: Buffer }>;
}

/** Starts a fake registry; it ends with the test. */
export async function startFakeRegistry(t: ExecutionContext, faults: Faults = {}): Promise<FakeRegistry> {
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    handle(fake, faults, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const registry = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fake: FakeRegistry = {
    registry,
    url: `http://${registry}`,
    requests: [],
    authorizations: [],
    sessions: new Map(),
    blobs: new Map(),
    manifests: new Map(),
  };
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return fake;
}

async function handle(fake: FakeRegistry, faults: Faults, request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', fake.url);
  fake.requests.push(`${request.method} ${url.pathname}`);
  fake.authorizations.push(request.headers.authorization);
  if (await faults.intercept?.(request, response, fake)) return;
  const [, kind = '', name = ''] =
    /^\/v2\/.+?\/(blobs\/uploads|blobs|manifests|tags)\/([^/]*)$/.exec(url.pathname) ?? [];
  const call: Call = { fake, faults, request, response, url, name };
  await (ROUTES[kind]?.[request.method ?? ''] ?? notFound)(call);
}

interface Call {
  readonly fake: FakeRegistry;
  readonly faults: Faults;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** The session, digest or tag. */
  readonly name: string;
}

type Route = (call: Call) => Promise<unknown> | unknown;

const ROUTES: Readonly<Record<string, Readonly<Record<string, Route>>>> = {
  'blobs/uploads': { POST: openSession, GET: sessionStatus, PATCH: append, PUT: closeSession, DELETE: deleteSession },
  blobs: { GET: sendBlob, HEAD: sendBlob },
  manifests: { GET: sendManifest, HEAD: sendManifest, PUT: storeManifest },
  tags: { GET: ({ fake, response }) => json(response, 200, { tags: tagsOf(fake) }) },
};

function openSession({ fake, response, url }: Call) {
  const mount = url.searchParams.get('mount') ?? '';
  if (fake.blobs.has(mount)) return response.writeHead(201, { location: `/v2/a/blobs/${mount}` }).end();
  const session = `session-${fake.requests.length}`;
  fake.sessions.set(session, Buffer.alloc(0));
  return response.writeHead(202, { location: `${url.pathname}${session}?state=0`, range: '0-0' }).end();
}

function sessionStatus({ fake, response, url, name }: Call) {
  const data = fake.sessions.get(name);
  if (data === undefined) return refuse(response, 404, 'BLOB_UPLOAD_UNKNOWN');
  return response.writeHead(204, sessionHeaders(url, data)).end();
}

async function append(call: Call) {
  const { fake, faults, request, response, url, name } = call;
  const data = fake.sessions.get(name);
  if (data === undefined) return refuse(response, 404, 'BLOB_UPLOAD_UNKNOWN');
  const start = /^(\d+)-/.exec(request.headers['content-range'] ?? '')?.[1];
  if (start !== undefined && Number(start) !== data.byteLength) {
    return response.writeHead(416, sessionHeaders(url, data)).end();
  }
  const whole = await receive(call, data);
  if (!whole && faults.losesBrokenSessions) return fake.sessions.delete(name);
  return whole && response.writeHead(202, sessionHeaders(url, fake.sessions.get(name) ?? data)).end();
}

/** Takes a body into a session; false when the connection was cut on the way. */
async function receive({ fake, faults, request, name }: Call, before: Buffer): Promise<boolean> {
  let data = before;
  const cut = faults.cutUploadsAt?.find((position) => position >= before.byteLength);
  try {
    for await (const chunk of request) {
      data = Buffer.concat([data, chunk]);
      fake.sessions.set(name, data);
      if (cut === undefined || data.byteLength < cut) continue;
      faults.cutUploadsAt?.splice(faults.cutUploadsAt.indexOf(cut), 1);
      fake.sessions.set(name, data.subarray(0, cut));
      request.socket.destroy();
      return false;
    }
    return true;
  } catch {
    return false;
  }
}

function closeSession({ fake, faults, response, url, name }: Call) {
  const data = fake.sessions.get(name);
  if (data === undefined) return refuse(response, 404, 'BLOB_UPLOAD_UNKNOWN');
  const digest = url.searchParams.get('digest') ?? '';
  if (digestOf(data, digest.startsWith('sha512') ? 'sha512' : 'sha256') !== digest) {
    return refuse(response, 400, 'DIGEST_INVALID');
  }
  fake.sessions.delete(name);
  fake.blobs.set(digest, data);
  return response.writeHead(201, { 'docker-content-digest': faults.answeredDigest ?? digest }).end();
}

function deleteSession({ fake, response, name }: Call) {
  return response.writeHead(fake.sessions.delete(name) ? 204 : 404).end();
}

function sendBlob({ fake, faults, request, response, name }: Call) {
  const blob = fake.blobs.get(name);
  if (blob === undefined) return refuse(response, 404, 'BLOB_UNKNOWN');
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  const start = faults.knowsNoRanges || asked === undefined ? 0 : Number(asked);
  const range = { 'content-range': `bytes ${start}-${blob.byteLength - 1}/${blob.byteLength}` };
  response.writeHead(start > 0 ? 206 : 200, {
    'content-length': blob.byteLength - start,
    ...(start > 0 ? range : {}),
  });
  if (request.method === 'HEAD') return response.end();
  const cut = faults.cutDownloadsAt?.find((position) => position >= start && position < blob.byteLength);
  if (cut === undefined) return response.end(blob.subarray(start));
  faults.cutDownloadsAt?.splice(faults.cutDownloadsAt.indexOf(cut), 1);
  return response.write(blob.subarray(start, cut), () => response.destroy());
}

function sendManifest({ fake, request, response, name }: Call) {
  const manifest = fake.manifests.get(name);
  if (manifest === undefined) return refuse(response, 404, 'MANIFEST_UNKNOWN');
  response.writeHead(200, {
    'content-type': manifest.mediaType,
    'content-length': manifest.bytes.byteLength,
    'docker-content-digest': digestOf(manifest.bytes),
  });
  return response.end(request.method === 'HEAD' ? undefined : manifest.bytes);
}

async function storeManifest({ fake, faults, request, response, name }: Call) {
  const bytes = Buffer.concat(await Array.fromAsync(request));
  const digest = digestOf(bytes);
  for (const key of [name, digest]) {
    fake.manifests.set(key, { mediaType: request.headers['content-type'] ?? '', bytes });
  }
  return response.writeHead(201, { 'docker-content-digest': faults.answeredDigest ?? digest }).end();
}

function sessionHeaders(url: URL, data: Buffer) {
  return {
    location: `${url.pathname}?state=${data.byteLength}`,
    range: `0-${Math.max(0, data.byteLength - 1)}`,
  };
}

function tagsOf({ manifests }: FakeRegistry): string[] {
  return [...manifests.keys()].filter((key) => !key.includes(':')).sort();
}

function notFound({ response }: Call) {
  return refuse(response, 404, 'NAME_UNKNOWN');
}

/** Answers with an error of the specification's shape. */
export function refuse(response: ServerResponse, status: number, code: string, headers: Record<string, string> = {}) {
  return json(response, status, { errors: [{ code, message: code.toLowerCase() }] }, headers);
}

/** Answers with JSON. */
export function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  return response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
