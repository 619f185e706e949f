import type { CallOptions, Target } from '../target.ts';
import { createAuthenticator } from './auth/authenticator.ts';
import { createTokenService } from './auth/bearer.ts';
import { findCredentials } from './auth/credentials.ts';
import { getBlob } from './blob-download.ts';
import { putBlob } from './blob-upload.ts';
import { hasBlob } from './blobs.ts';
import type { Connection } from './connection.ts';
import { endpointOf } from './endpoint.ts';
import { getManifest, putManifest } from './manifests.ts';
import { RETRY, type RegistryOptions, TIMEOUTS } from './options.ts';
import { listTags } from './tags.ts';
import { trustedCertificates } from './tls.ts';
import { createTransport } from './transport.ts';

/** A repository behind HTTP. */
export interface RegistryTarget extends Target {
  /** All tags of the repository; none when it is not there. */
  listTags(options?: CallOptions): Promise<string[]>;
}

/**
 * A client for one repository of an OCI registry. Opens no connection and reads no credentials until they are needed.
 * Throws REFERENCE_INVALID for a bad name, USAGE for a CA file that cannot be used.
 */
export async function openRegistry(options: RegistryOptions): Promise<RegistryTarget> {
  const connection = await connect(options);
  return {
    name: `${options.registry}/${options.repository}`,
    hasBlob: (digest, callOptions) => hasBlob(connection, digest, callOptions),
    putBlob: (source, callOptions) => putBlob(connection, source, callOptions),
    getBlob: (digest, callOptions) => getBlob(connection, digest, callOptions),
    getManifest: (tagOrDigest, callOptions) => getManifest(connection, tagOrDigest, callOptions),
    putManifest: (manifest, callOptions) => putManifest(connection, manifest, callOptions),
    listTags: (callOptions) => listTags(connection, callOptions),
    close: () => connection.transport.close(),
  };
}

async function connect(options: RegistryOptions): Promise<Connection> {
  const { logger, credentials, credentialSources } = options;
  const endpoint = endpointOf(options);
  const retry = { ...RETRY, ...options.retry };
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const ca = endpoint.origin.startsWith('https:') ? await trustedCertificates(options.caFile) : undefined;
  const transport = createTransport({ timeouts, ca, logger });
  const tokens = createTokenService(endpoint, transport, { retry, logger });
  const authenticator = createAuthenticator(
    endpoint,
    () => findCredentials(endpoint, credentials, credentialSources),
    tokens,
  );
  return { endpoint, transport, authenticator, retry, timeouts, logger };
}
