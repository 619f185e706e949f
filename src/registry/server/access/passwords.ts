import { createHmac, randomBytes } from 'node:crypto';
import { RegistryError } from '../errors.ts';
import type { Credentials } from './basic.ts';
import type { Compare } from './bcrypt.ts';
import { type Accounts, usualCost } from './htpasswd.ts';

/** Milliseconds in which credentials that were right are taken without another comparison. */
const REMEMBERED_MS = 60_000;
/** Credentials that are remembered at once. */
const REMEMBERED_MOST = 1_000;
/** Comparisons that may wait at once, in all and for one address: a flood of wrong passwords must not queue up. */
export const WAITING_MOST = 64;
export const WAITING_MOST_OF_ONE = 8;

/** The salt and the hash of no password: what stands in for those of a user that there is none of. */
const NOBODY = `${'.'.repeat(21)}O${'.'.repeat(31)}`;

/**
 * Checks passwords against bcrypt hashes. One that was right is remembered for a minute, as a keyed hash and only while
 * the user's entry stays as it is, since a push asks a hundred times; the same credentials asked at once are compared
 * once. An unknown user costs as much as a known one.
 */
export class Passwords {
  readonly #compare: Compare;
  readonly #key = randomBytes(32);
  readonly #right = new Map<string, number>();
  readonly #waiting = new Map<string, Promise<boolean>>();
  readonly #waitingOf = new Map<string, number>();

  constructor(compare: Compare) {
    this.#compare = compare;
  }

  /** Whether the password is that of the user. Throws TOOMANYREQUESTS where too many comparisons wait. */
  async areRight({ user, password }: Credentials, accounts: Accounts, address: string): Promise<boolean> {
    const known = accounts.get(user);
    const hash = known ?? `$2b$${String(usualCost(accounts)).padStart(2, '0')}$${NOBODY}`;
    const key = this.#keyOf(user, password, hash);
    if (this.#isRemembered(key)) return true;
    const equal = await (this.#waiting.get(key) ?? this.#begin(key, address, () => this.#compare(password, hash)));
    if (!equal || known === undefined) return false;
    this.#remember(key);
    return true;
  }

  #keyOf(...parts: readonly string[]): string {
    return createHmac('sha256', this.#key).update(JSON.stringify(parts)).digest('base64');
  }

  #isRemembered(key: string): boolean {
    const until = this.#right.get(key);
    return until !== undefined && performance.now() < until;
  }

  #remember(key: string): void {
    this.#right.delete(key);
    this.#right.set(key, performance.now() + REMEMBERED_MS);
    const [oldest] = this.#right.keys();
    if (this.#right.size > REMEMBERED_MOST && oldest !== undefined) this.#right.delete(oldest);
  }

  #begin(key: string, address: string, compare: () => Promise<boolean>): Promise<boolean> {
    const ofOne = this.#waitingOf.get(address) ?? 0;
    if (this.#waiting.size >= WAITING_MOST || ofOne >= WAITING_MOST_OF_ONE) throw tooMany();
    this.#waitingOf.set(address, ofOne + 1);
    const comparison = compare().finally(() => this.#end(key, address));
    this.#waiting.set(key, comparison);
    return comparison;
  }

  #end(key: string, address: string): void {
    this.#waiting.delete(key);
    const left = (this.#waitingOf.get(address) ?? 1) - 1;
    if (left === 0) this.#waitingOf.delete(address);
    else this.#waitingOf.set(address, left);
  }
}

function tooMany(): RegistryError {
  const details = [{ reason: 'too many passwords are being checked' }];
  return new RegistryError('TOOMANYREQUESTS', { details, headers: { 'Retry-After': '1' } });
}
