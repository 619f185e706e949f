import { isIP } from 'node:net';
import { text } from 'node:stream/consumers';
import { ThawError } from '../errors.ts';
import { parseReference, type Reference } from '../oci/reference.ts';
import type { Target } from '../registry/target.ts';
import type { Io } from './io.ts';
import { defaultRoot, LOCAL_REGISTRY, type RegistryOptions } from './options.ts';

/**
 * Opens the repository that a reference names: the data folder for checkpoint-registry.local, HTTP for any other. Only
 * the one that is wanted is loaded.
 */
export async function openRepository(reference: Reference, options: RegistryOptions, io: Io): Promise<Target> {
  const { registry, repository } = reference;
  if (registry === LOCAL_REGISTRY) {
    const { openStorageTarget } = await import('../registry/storage/target.ts');
    return openStorageTarget({ root: options.root ?? defaultRoot(io), repository });
  }
  refuseRoot(registry, options);
  const { openRegistry } = await import('../registry/client/target.ts');
  return openRegistry({
    registry,
    repository,
    credentialSources: { environment: io.env, home: io.env['HOME'] },
    plainHttp: options.plainHttp,
    caFile: options.caFile,
    credentials: await readCredentials(options, io),
  });
}

/** A repository reference that takes images: `<host>/<repository>[:<tag>]`, without a digest. Throws USAGE. */
export function parseDestination(destination: string): Reference {
  const reference = parseReference(destination);
  if (reference.digest === undefined) return reference;
  throw new ThawError('USAGE', {
    message: `${destination} names a digest, and a digest is what a conversion finds out`,
    next: 'name a repository, or a repository and a tag',
    facts: { to: destination },
  });
}

/** The tag or digest by which a reference names an image; the digest wins. Throws USAGE when it names neither. */
export function imageOf(reference: Reference, written: string): string {
  const name = reference.digest ?? reference.tag;
  if (name !== undefined) return name;
  throw new ThawError('USAGE', {
    message: `${written} names a repository, and one image of it is wanted`,
    next: 'add :<tag> or @<digest>',
    facts: { reference: written },
  });
}

/** Whether no other machine can reach a registry under this name: the data folder's own, or loopback. */
export function isOnlyHere(registry: string): boolean {
  const host = registry.replace(/:\d+$/, '');
  return (
    host === LOCAL_REGISTRY || host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))
  );
}

function refuseRoot(registry: string, { root }: RegistryOptions): void {
  if (root === undefined) return;
  throw new ThawError('USAGE', {
    message: `--root names the folder ${root}, but ${registry} is a registry elsewhere`,
    next: `leave out --root, or name ${LOCAL_REGISTRY}/<repository>`,
    facts: { root, registry },
  });
}

async function readCredentials(
  options: RegistryOptions,
  io: Io,
): Promise<{ username: string; password: string } | undefined> {
  if (options.username === undefined && !options.passwordStdin) return undefined;
  if (options.username !== undefined && options.passwordStdin) {
    return { username: options.username, password: (await text(io.stdin)).replace(/\r?\n$/, '') };
  }
  throw new ThawError('USAGE', {
    message: '--username and --password-stdin go together, and only one of them is there',
    next: 'give both: printf %s "$PASSWORD" | thaw ... --username <name> --password-stdin',
  });
}
