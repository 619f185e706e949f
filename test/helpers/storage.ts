import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { execa } from 'execa';
import { temporaryFolder } from './fixtures.ts';

/** A containers/storage of a test's own: nothing of the machine's is read, nothing is left. */
export interface Storage {
  /** Options for buildah and podman. */
  readonly options: readonly string[];
  /** A signature policy that accepts anything, and an auth file with nothing in it. */
  readonly policy: string;
  readonly env: Record<string, string>;
}

/** Makes such a storage; containers and mounts in it are removed when the test ends. */
export async function privateStorage(t: ExecutionContext, program: 'buildah' | 'podman'): Promise<Storage> {
  const folder = await temporaryFolder(t);
  const policy = join(folder, 'policy.json');
  await writeFile(policy, JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }));
  await writeFile(join(folder, 'auth.json'), '{}');
  for (const name of ['root', 'run', 'tmp']) await mkdir(join(folder, name));
  const options = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
  const env = {
    BUILDAH_ISOLATION: 'chroot',
    REGISTRY_AUTH_FILE: join(folder, 'auth.json'),
    TMPDIR: join(folder, 'tmp'),
  };
  if (program === 'buildah') {
    t.teardown(() => execa({ reject: false, env })`buildah ${options} rm --all`);
  }
  return { options, policy, env };
}
