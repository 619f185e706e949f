import { accessInvalid } from './access-error.ts';

/** The bcrypt hashes of the users, by name. */
export type Accounts = ReadonlyMap<string, string>;

/** `$2y$10$` and 53 characters, as `htpasswd -B` writes it; the two digits are the cost. */
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
/** Each step doubles the time: 4 is bcrypt's least, and 16 takes many seconds. */
const COSTS = { least: 4, most: 16 } as const;

/** Reads an htpasswd file with bcrypt entries only. Throws ACCESS_INVALID with the line, and never quotes a hash. */
export function parseHtpasswd(file: string, text: string): Accounts {
  const accounts = new Map<string, string>();
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const refuse = (what: string) => accessInvalid({ file, line: at + 1 }, what);
    const colon = line.indexOf(':');
    if (colon < 1) throw refuse('is not <user>:<bcrypt hash>');
    const [user, hash] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    if (user === '*') throw refuse('"*" stands for every user and cannot be the name of one');
    if (accounts.has(user)) throw refuse(`the user "${user}" stands there twice`);
    if (!isBcrypt(hash))
      throw refuse(
        `the hash of "${user}" is no bcrypt hash of cost ${COSTS.least} to ${COSTS.most}; make it with htpasswd -B`,
      );
    accounts.set(user, hash);
  }
  return accounts;
}

/** The bcrypt cost that most of the hashes have; 10 where there are none. */
export function usualCost(accounts: Accounts): number {
  const counts = new Map<number, number>();
  for (const hash of accounts.values()) counts.set(costOf(hash), (counts.get(costOf(hash)) ?? 0) + 1);
  const [usual] = [...counts].toSorted(([, a], [, b]) => b - a);
  return usual?.[0] ?? 10;
}

function isBcrypt(hash: string): boolean {
  const cost = costOf(hash);
  return cost >= COSTS.least && cost <= COSTS.most;
}

function costOf(hash: string): number {
  return Number(BCRYPT.exec(hash)?.[1]);
}
