import { ThawError } from '../../../errors.ts';
import type { Credentials } from './credential-types.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A helper may have to ask a person to unlock a keychain. */
const HELPER_TIMEOUT = 60_000;

/** How helpers say that they know nothing of a server: docker-credential-helpers, credentials/error.go. */
const NOT_FOUND = /credentials not found/i;

/**
 * Asks `docker-credential-<name> get` for a server's credentials: the server goes to its stdin, JSON `{Username,
 * Secret}` comes back. Undefined when the helper has none. Throws CREDENTIALS_UNREADABLE when it is not installed,
 * fails, or gives no such JSON; what it printed may be secret and is never shown.
 */
export async function askHelper(
  name: string,
  server: string,
  environment: Environment,
): Promise<Credentials | undefined> {
  const program = `docker-credential-${name}`;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw unreadable(program, server, 'is no name of a program');
  const { output, failure } = await run(program, server, environment);
  if (failure !== undefined && NOT_FOUND.test(output)) return undefined;
  if (failure !== undefined) throw unreadable(program, server, failure);
  return read(program, server, output);
}

/** execa is loaded when it is needed: most pushes ask no helper. */
async function run(program: string, server: string, environment: Environment) {
  const { execa } = await import('execa');
  const result = await execa(program, ['get'], {
    input: server,
    env: environment,
    extendEnv: false,
    reject: false,
    timeout: HELPER_TIMEOUT,
    maxBuffer: 64 * 1024,
  });
  return { output: result.stdout, failure: result.failed ? whyFailed(result) : undefined };
}

function whyFailed(result: { exitCode?: number | undefined; timedOut: boolean; code?: string | undefined }): string {
  if (result.code === 'ENOENT') return 'is not installed';
  if (result.timedOut) return `did not answer within ${HELPER_TIMEOUT / 1000} seconds`;
  return `failed with exit code ${result.exitCode ?? 'none'}`;
}

function read(program: string, server: string, output: string): Credentials {
  const { Username: username, Secret: secret } = parse(output) ?? {};
  if (typeof username !== 'string' || typeof secret !== 'string') {
    throw unreadable(program, server, 'did not print JSON with a Username and a Secret');
  }
  if (username === '<token>') return { kind: 'identity', token: secret, from: program };
  return { kind: 'password', username, password: secret, from: program };
}

function parse(output: string): { Username?: unknown; Secret?: unknown } | undefined {
  try {
    return JSON.parse(output) ?? undefined;
  } catch {
    return undefined;
  }
}

function unreadable(program: string, server: string, why: string): ThawError {
  return new ThawError('CREDENTIALS_UNREADABLE', {
    message: `the credential helper ${program}, asked for ${server}, ${why}`,
    next: `run \`echo ${server} | ${program} get\` to see what it says, or take it out of the credentials file`,
    facts: { program, server, why },
  });
}
