import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isThawError } from '../../../errors.ts';
import type { Loaded } from '../../../service/from-files.ts';
import { accessInvalid } from './access-error.ts';
import { parseAccess } from './access-file.ts';
import { type Accounts, parseHtpasswd } from './htpasswd.ts';
import { type CompiledRule, compileRules } from './rules.ts';

/** Who may do what, ready to be asked. */
export interface Access {
  readonly rules: readonly CompiledRule[];
  /** Undefined where nobody can log in. */
  readonly accounts: Accounts | undefined;
  /** Users that rules name and the htpasswd file does not; they can do nothing. */
  readonly strangers: readonly string[];
}

/** Reads an access file and the htpasswd file that it names. Throws ACCESS_INVALID. */
export async function loadAccess(file: string): Promise<Loaded<Access>> {
  const path = resolve(file);
  const { htpasswd, rules } = parseAccess(path, await read(path, path));
  const passwords = htpasswd === undefined ? undefined : resolve(dirname(path), htpasswd);
  const accounts = passwords === undefined ? undefined : parseHtpasswd(passwords, await read(passwords, path));
  const named = new Set(rules.flatMap(({ users = [] }) => users));
  const strangers = [...named].filter((user) => user !== '*' && accounts?.has(user) !== true);
  return {
    value: { rules: compileRules(rules), accounts, strangers },
    files: passwords === undefined ? [path] : [path, passwords],
  };
}

async function read(path: string, accessFile: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isThawError(error)) throw error;
    const field = path === accessFile ? '' : 'htpasswd';
    const why = error instanceof Error ? error.message : String(error);
    throw accessInvalid({ file: accessFile, line: 0, field }, `${path} cannot be read: ${why}`, error);
  }
}
