import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { Digest } from '../../src/oci/digest.ts';
import { openStorageTarget } from '../../src/registry/storage/target.ts';
import type { Target } from '../../src/registry/target.ts';
import { temporaryFolder } from './fixtures.ts';

/** A repository in a data folder that is gone when the test ends. */
export interface LocalTarget extends Target {
  readonly root: string;
  /** What was really sent, in the order of its arrival: digests of blobs and manifests. */
  readonly sent: Digest[];
}

/** Opens such a repository; `changes` replace some of its methods. */
export async function localTarget(
  t: ExecutionContext,
  changes: (target: Target) => Partial<Target> = () => ({}),
): Promise<LocalTarget> {
  const root = await temporaryFolder(t);
  const target = await openStorageTarget({ root, repository: 'checkpoints' });
  const sent: Digest[] = [];
  const recording: Target = {
    name: target.name,
    hasBlob: (digest, options) => target.hasBlob(digest, options),
    putBlob: async (source, options) => {
      const result = await target.putBlob(source, options);
      if (!result.existed) sent.push(result.digest);
      return result;
    },
    getBlob: (digest, options) => target.getBlob(digest, options),
    getManifest: (tagOrDigest, options) => target.getManifest(tagOrDigest, options),
    putManifest: async (manifest, options) => {
      const digest = await target.putManifest(manifest, options);
      sent.push(digest);
      return digest;
    },
    close: () => target.close(),
  };
  return { ...recording, ...changes(recording), root, sent };
}

/** Names of the upload sessions that are still open, and of the tags. */
export async function leftovers({ root }: LocalTarget): Promise<{ uploads: string[]; tags: string[] }> {
  const repository = join(root, 'docker/registry/v2/repositories/checkpoints');
  const list = (path: string): Promise<string[]> => readdir(join(repository, path)).catch(() => []);
  return { uploads: await list('_uploads'), tags: await list('_manifests/tags') };
}
