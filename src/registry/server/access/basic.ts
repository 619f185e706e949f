/** What a client says it is. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** The realm that people see when they are asked for a password. */
export const CHALLENGE = 'Basic realm="thaw registry", charset="UTF-8"';

/**
 * Reads an `Authorization` header (RFC 7617). Undefined where there are no credentials: no header, or an empty name and
 * password, which is how containers/image says that it has none. `malformed` for any other scheme or text.
 */
export function readCredentials(header: string | undefined): Credentials | 'malformed' | undefined {
  if (header === undefined) return undefined;
  const encoded = /^basic +([A-Za-z0-9+/_-]+={0,2}) *$/i.exec(header)?.[1];
  if (encoded === undefined) return 'malformed';
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return 'malformed';
  const credentials = { user: text.slice(0, colon), password: text.slice(colon + 1) };
  return credentials.user === '' && credentials.password === '' ? undefined : credentials;
}
