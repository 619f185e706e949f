import { type Fact, ThawError } from '../../../errors.ts';

/** A STORE_IN_USE: who else is at work in a data folder. */
export function storeInUse(root: string, who: string, next: string, facts: Readonly<Record<string, Fact>>): ThawError {
  return new ThawError('STORE_IN_USE', { message: `${root}: ${who}`, next, facts: { root, ...facts } });
}
