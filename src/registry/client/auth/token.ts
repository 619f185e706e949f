import { ThawError } from '../../../errors.ts';
import { showUrl } from '../show-url.ts';

/** An access token. */
export interface Token {
  readonly value: string;
  /** Until when it may be used, in milliseconds since 1970. */
  readonly usableUntil: number;
}

/** Distribution's token specification: a token without `expires_in` lives 60 seconds. */
const DEFAULT_LIFE = 60;
/** A token is not used in its last seconds, so that it does not expire on its way; a very short one for half its life. */
const MARGIN = 10;

/** Tokens by what they are for. */
export function createTokenCache(now: () => number = Date.now) {
  const tokens = new Map<string, Token>();
  return {
    get(key: string): string | undefined {
      const token = tokens.get(key);
      return token !== undefined && token.usableUntil > now() ? token.value : undefined;
    },
    set(key: string, token: Token): void {
      tokens.set(key, token);
    },
  };
}

/** Reads a token service's answer: `token` or `access_token`, `expires_in` seconds. Throws REGISTRY_PROTOCOL. */
export function readToken(service: URL, bytes: Buffer, now: number = Date.now()): Token {
  const { token, access_token, expires_in } = parse(bytes) ?? {};
  const value = [token, access_token].find(
    (candidate) => typeof candidate === 'string' && /^[\x21-\x7e]+$/.test(candidate),
  );
  if (typeof value !== 'string') throw noToken(service);
  const life = typeof expires_in === 'number' && expires_in > 0 ? expires_in : DEFAULT_LIFE;
  return { value, usableUntil: now + Math.max(life - MARGIN, life / 2) * 1000 };
}

function parse(bytes: Buffer): { token?: unknown; access_token?: unknown; expires_in?: unknown } | undefined {
  try {
    return JSON.parse(bytes.toString('utf8')) ?? undefined;
  } catch {
    return undefined;
  }
}

function noToken(service: URL): ThawError {
  return new ThawError('REGISTRY_PROTOCOL', {
    message: `the token service ${showUrl(service)} answered without a token`,
    next: "look into the token service's log",
    facts: { url: showUrl(service) },
  });
}
