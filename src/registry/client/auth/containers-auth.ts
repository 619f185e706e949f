import { join } from 'node:path';
import { type AuthFile, readAuthFile, readEntry } from './auth-file.ts';
import type { CredentialQuery, Credentials } from './credential-types.ts';
import type { Places } from './docker-config.ts';
import { askHelper, type Environment } from './helper.ts';

/**
 * Credentials from the file that Podman, Buildah, Skopeo and CRI-O share, containers-auth.json(5):
 * `$REGISTRY_AUTH_FILE`, else `${XDG_RUNTIME_DIR:-/run/containers/<uid>}/containers/auth.json`. The registry's helper
 * is asked first; then the entries, the most specific first.
 */
export async function fromContainersAuth(query: CredentialQuery, places: Places): Promise<Credentials | undefined> {
  const file = await readAuthFile(pathIn(places.environment));
  if (file === undefined) return undefined;
  const helper = file.credHelpers.get(query.registry);
  return (helper && (await askHelper(helper, query.registry, places.environment))) || fromAuths(file, query);
}

function pathIn(environment: Environment): string {
  if (environment['REGISTRY_AUTH_FILE']) return environment['REGISTRY_AUTH_FILE'];
  const runtime = environment['XDG_RUNTIME_DIR'];
  return runtime ? join(runtime, 'containers/auth.json') : `/run/containers/${process.getuid?.() ?? 0}/auth.json`;
}

function fromAuths({ path, auths }: AuthFile, query: CredentialQuery): Credentials | undefined {
  const key = keysOf(query).find((candidate) => auths.has(candidate));
  return key === undefined ? undefined : readEntry(path, key, auths.get(key));
}

/** `host/a/b`, `host/a`, `host`. */
function keysOf({ registry, repository }: CredentialQuery): string[] {
  const parts = [registry, ...repository.split('/')];
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
}
