import { RegistryError } from '../errors.ts';
import { type Exchange, type Headers, isUnchanged, send } from '../exchange.ts';
import { type Part, parseRange } from '../range.ts';
import type { RouteOf } from '../route.ts';
import { sendFile } from '../send-file.ts';

type BlobRoute = RouteOf<'blob'>;

/** `/v2/<name>/blobs/<digest>`: "Pulling blobs" and "Deleting Blobs" of the OCI distribution specification. */
export async function blob(exchange: Exchange, route: BlobRoute): Promise<void> {
  if (exchange.req.method === 'DELETE') return remove(exchange, route);
  if (exchange.req.method === 'HEAD') return head(exchange, route);
  return get(exchange, route);
}

async function head({ store, res }: Exchange, { repository, digest }: BlobRoute): Promise<void> {
  const size = await store.blobs.claim(repository, digest); // whoever asks for a blob may not send it then
  if (size === undefined) throw unknown(digest);
  res.writeHead(200, { ...describe(digest), 'Content-Length': size });
  res.end();
}

async function get(exchange: Exchange, { repository, digest }: BlobRoute): Promise<void> {
  const opened = await exchange.store.blobs.open(repository, digest);
  if (opened === undefined) throw unknown(digest);
  try {
    if (isUnchanged(exchange, digest)) return send(exchange, 304, { ETag: `"${digest}"` });
    const { res } = exchange;
    const part = wantedPart(exchange, digest, opened.size);
    const { start, end } = part ?? { start: 0, end: opened.size };
    const range = part && { 'Content-Range': `bytes ${start}-${end - 1}/${opened.size}` };
    res.writeHead(part ? 206 : 200, { ...describe(digest), ...range, 'Content-Length': end - start });
    await sendFile(res, opened.handle, { start, end });
  } finally {
    await opened.handle.close();
  }
}

async function remove(exchange: Exchange, { repository, digest }: BlobRoute): Promise<void> {
  if (!(await exchange.store.blobs.unlink(repository, digest))) throw unknown(digest);
  send(exchange, 202, { 'Docker-Content-Digest': digest });
}

/** The part asked for. With an `If-Range` that names other content the whole is sent. */
function wantedPart({ req }: Exchange, digest: string, size: number): Part | undefined {
  const condition = req.headers['if-range'];
  if (condition !== undefined && condition !== `"${digest}"`) return undefined;
  const part = parseRange(req.headers.range, size);
  if (part !== 'unsatisfiable') return part;
  throw new RegistryError('SIZE_INVALID', {
    status: 416,
    details: [{ range: req.headers.range ?? '', size }],
    headers: { 'Content-Range': `bytes */${size}` },
  });
}

/** Content under a digest never changes, so whoever has it need not ask again. */
function describe(digest: string): Headers & Record<string, string> {
  return {
    'Content-Type': 'application/octet-stream',
    'Docker-Content-Digest': digest,
    ETag: `"${digest}"`,
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'max-age=31536000',
  };
}

function unknown(digest: string): RegistryError {
  return new RegistryError('BLOB_UNKNOWN', { details: [{ digest }] });
}
