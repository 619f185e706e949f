import { ThawError } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';
import { parseReference } from '../../oci/reference.ts';
import { isLoopback } from '../../service/loopback.ts';
import type { RegistryOptions } from './options.ts';

/** One repository of a registry, as URLs are made of it. */
export interface Endpoint {
  /** `host[:port]` as the person wrote it: the name that credentials are kept under. */
  readonly registry: string;
  readonly repository: string;
  /** `https://host[:port]` */
  readonly origin: string;
  /** Whether plain HTTP was asked for, off loopback too. */
  readonly plainHttp: boolean;
}

/** Docker Hub's API is not at the name that people write. */
const API_HOSTS: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

/**
 * Checks the names and chooses the scheme: plain HTTP when asked for, and on loopback unless a CA file or
 * `plainHttp: false` says otherwise. Throws REFERENCE_INVALID, and USAGE for plain HTTP together with a CA file.
 */
export function endpointOf({ registry, repository, plainHttp, caFile }: RegistryOptions): Endpoint {
  parseReference(`${registry}/${repository}`);
  if (plainHttp === true && caFile !== undefined) throw contradiction(caFile);
  const host = API_HOSTS[registry] ?? registry;
  const plain = plainHttp ?? (caFile === undefined && isLoopback(new URL(`http://${host}`).hostname));
  const { origin } = new URL(`${plain ? 'http' : 'https'}://${host}`);
  return { registry, repository, origin, plainHttp: plainHttp === true };
}

/** `/v2/<repository>/blobs/<digest>` */
export function blobUrl({ origin, repository }: Endpoint, digest: Digest): URL {
  return new URL(`/v2/${repository}/blobs/${digest}`, origin);
}

/** `/v2/<repository>/blobs/uploads/`, with `?mount=<digest>&from=<repository>` where a blob may be mounted. */
export function uploadsUrl({ origin, repository }: Endpoint, mount?: { digest: Digest; from: string }): URL {
  const url = new URL(`/v2/${repository}/blobs/uploads/`, origin);
  if (mount !== undefined) url.search = new URLSearchParams({ mount: mount.digest, from: mount.from }).toString();
  return url;
}

/** `/v2/<repository>/manifests/<tag or digest>` */
export function manifestUrl({ origin, repository }: Endpoint, tagOrDigest: string): URL {
  return new URL(`/v2/${repository}/manifests/${encodeURIComponent(tagOrDigest).replace('%3A', ':')}`, origin);
}

/** `/v2/<repository>/tags/list` */
export function tagsUrl({ origin, repository }: Endpoint): URL {
  return new URL(`/v2/${repository}/tags/list`, origin);
}

function contradiction(caFile: string): ThawError {
  return new ThawError('USAGE', {
    message: 'plain HTTP and a CA file are asked for together',
    next: 'leave one of the two out: certificates play no part in plain HTTP',
    facts: { caFile },
  });
}
