import { ThawError } from '../../errors.ts';
import { type Digest, digestOf, isDigest, splitDigest } from '../../oci/digest.ts';
import { INDEX, MANIFEST } from '../../oci/media-types.ts';
import type { CallOptions, NewManifest, StoredManifest } from '../target.ts';
import type { Connection } from './connection.ts';
import { manifestUrl } from './endpoint.ts';
import { protocolError } from './protocol-error.ts';
import { send, sendAndRead } from './request.ts';
import { pullScopes, pushScopes } from './scopes.ts';
import type { HttpAnswer } from './transport.ts';
import { answeredDigest, mismatch, verifyAnsweredDigest } from './verify.ts';

/** Distribution specification, "Pushing Manifests": registries should take manifests of 4 MiB. No larger one is read. */
export const LONGEST_MANIFEST = 4 * 1024 * 1024;

/** OCI's types, and Docker's, which other tools push as they got them. */
const ACCEPT = [
  MANIFEST,
  INDEX,
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/**
 * A manifest by tag or digest: see Target.getManifest. Throws DIGEST_MISMATCH when its bytes have not the digest asked
 * for, or not the one that the registry names; REGISTRY_PROTOCOL when it is larger than 4 MiB or has no media type.
 */
export async function getManifest(
  connection: Connection,
  tagOrDigest: string,
  { signal }: CallOptions = {},
): Promise<StoredManifest | undefined> {
  const { answer, bytes, cut } = await sendAndRead(
    connection,
    {
      method: 'GET',
      url: manifestUrl(connection.endpoint, tagOrDigest),
      headers: { accept: ACCEPT },
      scopes: pullScopes(connection.endpoint),
      signal,
      expect: [200, 404],
    },
    LONGEST_MANIFEST,
  );
  if (answer.status === 404) return undefined;
  if (cut) throw protocolError(answer, `and more than ${LONGEST_MANIFEST} bytes`, { limit: LONGEST_MANIFEST });
  return { digest: verify(answer, tagOrDigest, bytes), mediaType: mediaTypeOf(answer, bytes), bytes };
}

/** The digest that a tag names, by HEAD and, where the answer does not say it, by GET; undefined for no such tag. */
export async function resolveTag(
  connection: Connection,
  tag: string,
  options: CallOptions = {},
): Promise<Digest | undefined> {
  const answer = await send(connection, {
    method: 'HEAD',
    url: manifestUrl(connection.endpoint, tag),
    headers: { accept: ACCEPT },
    scopes: pushScopes(connection.endpoint),
    signal: options.signal,
    expect: [200, 404],
  });
  if (answer.status === 404) return undefined;
  return answeredDigest(answer) ?? (await getManifest(connection, tag, options))?.digest;
}

/**
 * Stores a manifest: see Target.putManifest. Throws TAG_TAKEN, and DIGEST_MISMATCH when the registry says that it
 * stored something else.
 */
export async function putManifest(
  connection: Connection,
  { bytes, mediaType, tag, replace = false }: NewManifest,
  { signal }: CallOptions = {},
): Promise<Digest> {
  const digest = digestOf(bytes);
  if (tag !== undefined && !replace) {
    const current = await resolveTag(connection, tag, { signal });
    if (current === digest) return digest;
    if (current !== undefined) throw taken(connection, tag, digest, current);
  }
  const answer = await send(connection, {
    method: 'PUT',
    url: manifestUrl(connection.endpoint, tag ?? digest),
    headers: { 'content-type': mediaType },
    body: bytes,
    scopes: pushScopes(connection.endpoint),
    signal,
  });
  verifyAnsweredDigest(answer, digest);
  return digest;
}

function verify(answer: HttpAnswer, tagOrDigest: string, bytes: Buffer): Digest {
  const wanted = isDigest(tagOrDigest) ? tagOrDigest : answeredDigest(answer);
  if (wanted === undefined) return digestOf(bytes);
  const found = digestOf(bytes, splitDigest(wanted).algorithm);
  if (found !== wanted) {
    throw mismatch(`the registry sent a manifest with ${found} for ${tagOrDigest}, which is ${wanted}`, {
      reference: tagOrDigest,
      wanted,
      found,
    });
  }
  return wanted;
}

function mediaTypeOf(answer: HttpAnswer, bytes: Buffer): string {
  const header = answer.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (header !== undefined && header !== '' && !GENERIC.has(header)) return header;
  const own = mediaTypeIn(bytes);
  if (own === undefined) throw protocolError(answer, 'and a manifest without a media type');
  return own;
}

/** What servers say that do not know manifests. */
const GENERIC: ReadonlySet<string> = new Set(['application/json', 'application/octet-stream', 'text/plain']);

function mediaTypeIn(bytes: Buffer): string | undefined {
  try {
    const { mediaType } = JSON.parse(bytes.toString('utf8')) ?? {};
    return typeof mediaType === 'string' ? mediaType : undefined;
  } catch {
    return undefined;
  }
}

function taken({ endpoint }: Connection, tag: string, wanted: Digest, found: Digest): ThawError {
  return new ThawError('TAG_TAKEN', {
    message: `${endpoint.registry}/${endpoint.repository}:${tag} names ${found}, not ${wanted}`,
    next: 'use another tag, or say that the tag may be moved',
    facts: { registry: endpoint.registry, repository: endpoint.repository, tag, wanted, found },
  });
}
