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
