import { readFile } from 'node:fs/promises';
import { errnoOf, ThawError } from '../../../errors.ts';
import type { Credentials } from './credential-types.ts';

/** What Docker's config.json and containers-auth.json(5) have in common. */
export interface AuthFile {
  readonly path: string;
  /** Entries by registry, for containers also by repository path. */
  readonly auths: ReadonlyMap<string, unknown>;
  /** Helper names by registry. */
  readonly credHelpers: ReadonlyMap<string, string>;
  /** The helper for all registries. */
  readonly credsStore: string | undefined;
}

/** Reads an auth file; undefined when there is none. Throws CREDENTIALS_UNREADABLE. */
export async function readAuthFile(path: string): Promise<AuthFile | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  const { auths, credHelpers, credsStore } = parseObject(path, text);
  return {
    path,
    auths: new Map(Object.entries(asObject(path, 'auths', auths))),
    credHelpers: new Map(Object.entries(asObject(path, 'credHelpers', credHelpers)).filter(isTextEntry)),
    credsStore: typeof credsStore === 'string' && credsStore !== '' ? credsStore : undefined,
  };
}

/** The credentials in an entry of `auths`; undefined when it holds none. Throws CREDENTIALS_UNREADABLE. */
export function readEntry(path: string, key: string, entry: unknown): Credentials | undefined {
  const { auth, username, password, identitytoken, registrytoken } = asObject(path, `auths["${key}"]`, entry);
  if (isText(registrytoken)) return { kind: 'access', token: registrytoken, from: path };
  if (isText(identitytoken)) return { kind: 'identity', token: identitytoken, from: path };
  if (isText(auth)) return { kind: 'password', from: path, ...decode(path, key, auth) };
  if (isText(username) && isText(password)) return { kind: 'password', username, password, from: path };
  return undefined;
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    throw unreadable(path, `cannot be read (${errno ?? 'unknown'})`);
  }
}

/** Parse errors of JSON quote the text, which holds secrets: they are not passed on as cause. */
function parseObject(path: string, text: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw unreadable(path, 'is no JSON');
  }
  return asObject(path, 'the whole', parsed);
}

function asObject(path: string, what: string, value: unknown = {}): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw unreadable(path, `is not of the right shape: ${what} is no object`);
}

/** `auth` is base64 of `user:password`. */
function decode(path: string, key: string, auth: string): { username: string; password: string } {
  const text = Buffer.from(auth, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) throw unreadable(path, `has an "auth" for ${key} that is not base64 of user:password`);
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTextEntry(entry: [string, unknown]): entry is [string, string] {
  return isText(entry[1]);
}

function unreadable(path: string, why: string): ThawError {
  return new ThawError('CREDENTIALS_UNREADABLE', {
    message: `the credentials file ${path} ${why}`,
    next: 'repair or remove the file, then log in again',
    facts: { path, why },
  });
}
