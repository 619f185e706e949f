import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { CredentialSources } from '../../src/registry/client/auth/credential-types.ts';
import { temporaryFolder } from './fixtures.ts';

/** What a test finds on its machine. Text is written as it is, everything else as JSON. */
export interface CredentialFiles {
  readonly docker?: unknown;
  readonly containers?: unknown;
  /** Shell scripts by helper name. */
  readonly helpers?: Readonly<Record<string, string>>;
}

/** A home folder, a runtime folder and helpers of a test's own; nothing of the machine's is read. */
export async function credentialPlaces(
  t: ExecutionContext,
  { docker, containers, helpers = {} }: CredentialFiles,
): Promise<Required<CredentialSources> & { readonly home: string }> {
  const home = await temporaryFolder(t);
  await mkdir(join(home, '.docker'));
  await mkdir(join(home, 'containers'));
  await mkdir(join(home, 'bin'));
  if (docker !== undefined) await writeFile(join(home, '.docker/config.json'), asText(docker));
  if (containers !== undefined) await writeFile(join(home, 'containers/auth.json'), asText(containers));
  for (const [name, script] of Object.entries(helpers)) {
    const path = join(home, 'bin', `docker-credential-${name}`);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
  }
  return { home, environment: { XDG_RUNTIME_DIR: home, PATH: `${join(home, 'bin')}:/usr/bin:/bin` } };
}

function asText(content: unknown): string {
  return typeof content === 'string' ? content : JSON.stringify(content);
}
