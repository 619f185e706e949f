import { homedir } from 'node:os';
import { fromContainersAuth } from './containers-auth.ts';
import { fromDockerConfig } from './docker-config.ts';

/** A user name and a password, as a person gives them. */
export interface UserCredentials {
  readonly username: string;
  readonly password: string;
}

/** Credentials and where they come from; `from` is for messages and holds nothing secret. */
export type Credentials = { readonly from: string } & (
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** A refresh token: gives access tokens at the token service (user name `<token>`, or `identitytoken`). */
  | { readonly kind: 'identity'; readonly token: string }
  /** An access token, ready to use (`registrytoken`). */
  | { readonly kind: 'access'; readonly token: string }
);

/** Where credentials are looked for. */
export interface CredentialSources {
  /** DOCKER_CONFIG, REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, and PATH for the helpers. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  readonly home?: string | undefined;
}

/** Whose credentials are wanted. */
export interface CredentialQuery {
  /** `host[:port]` */
  readonly registry: string;
  readonly repository: string;
}

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
