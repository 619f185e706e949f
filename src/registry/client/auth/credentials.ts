import { homedir } from 'node:os';
import { fromContainersAuth } from './containers-auth.ts';
import type { CredentialQuery, CredentialSources, Credentials, UserCredentials } from './credential-types.ts';
import { fromDockerConfig } from './docker-config.ts';

/**
 * The credentials for a repository, the first found of: those given, `~/.docker/config.json` with its helpers,
 * `${XDG_RUNTIME_DIR}/containers/auth.json` with its helpers. Undefined when there are none. Throws
 * CREDENTIALS_UNREADABLE.
 */
export async function findCredentials(
  query: CredentialQuery,
  given: UserCredentials | undefined,
  sources: CredentialSources = {},
): Promise<Credentials | undefined> {
  if (given !== undefined) return { kind: 'password', from: 'the command line', ...given };
  const places = { environment: sources.environment ?? process.env, home: sources.home ?? homedir() };
  return (await fromDockerConfig(query, places)) ?? (await fromContainersAuth(query, places));
}
