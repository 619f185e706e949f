import { join } from 'node:path';
import { type AuthFile, readAuthFile, readEntry } from './auth-file.ts';
import type { CredentialQuery, Credentials } from './credential-types.ts';
import { askHelper, type Environment } from './helper.ts';

/** The environment and home folder in which credentials are looked for. */
export interface Places {
  readonly environment: Environment;
  readonly home: string;
}

/**
 * Credentials from Docker's config.json (in `${DOCKER_CONFIG:-~/.docker}`), in Docker's own order: the registry's
 * helper (`credHelpers`), the helper for all (`credsStore`), the file's `auths`.
 */
export async function fromDockerConfig(query: CredentialQuery, places: Places): Promise<Credentials | undefined> {
  const folder = places.environment['DOCKER_CONFIG'] || join(places.home, '.docker');
  const file = await readAuthFile(join(folder, 'config.json'));
  if (file === undefined) return undefined;
  const server = serverName(query.registry);
  const helper = file.credHelpers.get(query.registry) ?? file.credsStore;
  return (helper && (await askHelper(helper, server, places.environment))) || fromAuths(file, query.registry);
}

/** Docker Hub's credentials are kept under the URL of its first API. */
function serverName(registry: string): string {
  return registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
}

/** Keys are hosts, or URLs of hosts as older versions wrote them. */
function fromAuths({ path, auths }: AuthFile, registry: string): Credentials | undefined {
  const host = hostOf(serverName(registry));
  const exact = auths.has(registry) ? registry : [...auths.keys()].find((key) => hostOf(key) === host);
  return exact === undefined ? undefined : readEntry(path, exact, auths.get(exact));
}

function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}
