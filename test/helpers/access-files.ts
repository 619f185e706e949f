import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { hash } from 'bcryptjs';
import { temporaryFolder } from './fixtures.ts';

/** The cheapest cost that bcrypt has, so that tests are quick. */
const COST = 4;

export interface AccessFiles {
  readonly access: string;
  readonly htpasswd: string;
}

/** An access file with these rules (YAML), and an htpasswd file with these users and passwords, in a folder of a test. */
export async function accessFiles(
  t: ExecutionContext,
  { rules, users }: { rules: string; users: Readonly<Record<string, string>> },
): Promise<AccessFiles> {
  const folder = await temporaryFolder(t);
  const files = { access: join(folder, 'access.yaml'), htpasswd: join(folder, 'htpasswd') };
  await writeFile(files.access, `htpasswd: htpasswd\nrules:\n${rules}`);
  await writeFile(files.htpasswd, await htpasswdOf(users));
  return files;
}

/** The lines of an htpasswd file. */
export async function htpasswdOf(users: Readonly<Record<string, string>>): Promise<string> {
  const lines = Object.entries(users).map(async ([user, password]) => `${user}:${await hash(password, COST)}\n`);
  return (await Promise.all(lines)).join('');
}

/** An `Authorization` header. */
export function basic(user: string, password: string): { Authorization: string } {
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}
