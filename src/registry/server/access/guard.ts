import type { IncomingMessage } from 'node:http';
import { FromFiles } from '../../../service/from-files.ts';
import type { Logger } from '../../../service/log.ts';
import { RegistryError } from '../errors.ts';
import type { Route } from '../route.ts';
import { CHALLENGE, readCredentials } from './basic.ts';
import { BcryptThread } from './bcrypt.ts';
import { type Access, loadAccess } from './load-access.ts';
import { type Need, needOf } from './needs.ts';
import { Passwords } from './passwords.ts';
import type { Right } from './rules.ts';

/** Who asks, and what they may. */
export interface Caller {
  /** Undefined without credentials. */
  readonly user: string | undefined;
  may(right: Right, repository: string): boolean;
}

/** Lets requests in, or throws UNAUTHORIZED, DENIED or TOOMANYREQUESTS. */
export interface Guard {
  admit(req: IncomingMessage, route: Route): Promise<Caller>;
  close(): Promise<void>;
}

/** Where a registry is asked from this machine only, or was told to be insecure: everybody may everything. */
export function openGuard({ metrics }: { readonly metrics: boolean }): Guard {
  return {
    admit: async (_req, route) => {
      if (route.kind === 'metrics' && !metrics) throw new RegistryError('DENIED', { details: [METRICS_ELSEWHERE] });
      return EVERYBODY;
    },
    close: async () => {},
  };
}

const EVERYBODY: Caller = { user: undefined, may: () => true };
const METRICS_ELSEWHERE = { reason: 'metrics are served here to users of an access file, or with --metrics-listen' };

/** A guard that keeps to an access file and follows its changes. Throws ACCESS_INVALID. */
export async function guardOf(file: string, logger: Logger | undefined, pollMs?: number): Promise<Guard> {
  const tellStrangers = ({ strangers }: Access) => {
    if (strangers.length > 0) logger?.warn({ users: strangers }, 'rules name users that the htpasswd file lacks');
  };
  const access = await FromFiles.open({
    load: () => loadAccess(file),
    what: 'access',
    logger,
    pollMs,
    onChange: tellStrangers,
  });
  const thread = new BcryptThread();
  const passwords = new Passwords(thread.compare);
  return {
    admit: (req, route) => admit(req, route, access.current, passwords),
    close: async () => {
      access.close();
      await thread.close();
    },
  };
}

async function admit(req: IncomingMessage, route: Route, access: Access, passwords: Passwords): Promise<Caller> {
  const need = needOf(req.method ?? '', route);
  if (need.kind === 'nothing') return callerOf(undefined, access);
  const caller = callerOf(await userOf(req, access, passwords), access);
  if (isMet(need, caller, access)) return caller;
  if (caller.user === undefined && access.accounts !== undefined) throw unauthorized();
  throw denied(need);
}

/** Where people can log in, `GET /v2/` wants them to, since clients learn from it alone that they should. */
function isMet(need: Need, { user, may }: Caller, access: Access): boolean {
  if (need.kind === 'right') return may(need.right, need.repository);
  if (need.kind === 'catalog') return user !== undefined || readsAnything(access);
  return user !== undefined || (need.kind === 'login' && access.accounts === undefined);
}

function denied(need: Need): RegistryError {
  if (need.kind !== 'right') return new RegistryError('DENIED');
  return new RegistryError('DENIED', { details: [{ right: need.right, repository: need.repository }] });
}

/** Credentials that are wrong are refused even where none are needed. */
async function userOf(req: IncomingMessage, { accounts }: Access, passwords: Passwords): Promise<string | undefined> {
  const credentials = readCredentials(req.headers.authorization);
  if (credentials === undefined || accounts === undefined) return undefined;
  if (credentials === 'malformed') throw unauthorized();
  const address = req.socket.remoteAddress ?? '';
  if (!(await passwords.areRight(credentials, accounts, address))) throw unauthorized();
  return credentials.user;
}

function callerOf(user: string | undefined, { rules }: Access): Caller {
  const own = rules.filter(({ isFor }) => isFor(user));
  return {
    user,
    may: (right, repository) => own.some(({ rights, matches }) => rights.has(right) && matches(repository)),
  };
}

function readsAnything({ rules }: Access): boolean {
  return rules.some(({ rights, isFor }) => isFor(undefined) && rights.has('pull'));
}

function unauthorized(): RegistryError {
  return new RegistryError('UNAUTHORIZED', { headers: { 'WWW-Authenticate': CHALLENGE } });
}
