import { ThawError } from '../../../errors.ts';
import type { Endpoint } from '../endpoint.ts';
import { basicAuthorization } from './basic.ts';
import type { TokenService } from './bearer.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import type { Credentials } from './credential-types.ts';

/** Knows how to prove to one registry who we are. */
export interface Authenticator {
  /** The Authorization header to send for these scopes, as far as the registry has asked for one. */
  authorization(scopes: readonly string[]): string | undefined;
  /**
   * Answers a 401: gets what the challenges ask for, so that `authorization` gives something better than what was sent.
   * False when the registry does not say what it wants. Throws UNAUTHORIZED when we have nothing (better), and what
   * findCredentials and the token service throw.
   */
  satisfy(refused: Refused): Promise<boolean>;
  /** Throws UNAUTHORIZED, naming whose and from where, when the refused header was made of a password. */
  assertNotPassword(sent: string | undefined): Promise<void>;
}

/** A request that was answered with 401. */
export interface Refused {
  /** The WWW-Authenticate headers. */
  readonly challenges: readonly string[];
  readonly scopes: readonly string[];
  /** The Authorization header that was sent. */
  readonly sent: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An authenticator that begins anonymous and learns from the registry's challenges. */
export function createAuthenticator(
  endpoint: Endpoint,
  findCredentials: () => Promise<Credentials | undefined>,
  tokens: TokenService,
): Authenticator {
  let found: Promise<Credentials | undefined> | undefined;
  let basic: string | undefined;
  const credentials = () => {
    found ??= findCredentials();
    return found;
  };
  const assertNotPassword = async (sent: string | undefined) => {
    if (sent === undefined || sent !== basic) return;
    const ours = await credentials();
    if (ours?.kind === 'password') throw refusedCredentials(endpoint, ours);
  };
  return {
    authorization: (scopes) => tokens.authorization(scopes) ?? basic,
    async satisfy({ challenges, scopes, sent, signal }) {
      const challenge = choose(parseChallenges(challenges));
      if (challenge === undefined) return false;
      const ours = await credentials();
      if (challenge.scheme === 'bearer') {
        await tokens.fetch({ challenge, scopes, credentials: ours, signal });
        return true;
      }
      if (ours?.kind !== 'password') throw nothingFound(endpoint, ours);
      await assertNotPassword(sent);
      basic = basicAuthorization(ours);
      return true;
    },
    assertNotPassword,
  };
}

/** Bearer is preferred: a token can do less than a password. */
function choose(challenges: readonly Challenge[]): Challenge | undefined {
  return (
    challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm')) ??
    challenges.find(({ scheme }) => scheme === 'basic')
  );
}

function nothingFound({ registry }: Endpoint, found: Credentials | undefined): ThawError {
  const what = found === undefined ? 'none were found' : `${found.from} has only a token for it`;
  return new ThawError('UNAUTHORIZED', {
    message: `${registry} wants a user name and a password, and ${what}`,
    next: `log in with \`docker login ${registry}\` or \`podman login ${registry}\``,
    facts: { registry, status: 401, found: found?.from ?? null },
  });
}

function refusedCredentials({ registry }: Endpoint, { from, username }: { from: string; username: string }): ThawError {
  return new ThawError('UNAUTHORIZED', {
    message: `${registry} refuses the credentials of ${username} from ${from}`,
    next: `log in again with \`docker login ${registry}\` or \`podman login ${registry}\``,
    facts: { registry, status: 401, username, from },
  });
}
