import { basename, dirname, join } from 'node:path';
import type { Digest } from '../../../oci/digest.ts';
import { isTag } from '../../../oci/reference.ts';
import { removeUnlessWanted } from '../aside.ts';
import { syncFolder } from '../durable.ts';
import { onDisk, orMissing } from '../failure.ts';
import type { StoragePaths } from '../paths.ts';
import { factsOf, namesIn } from './folders.ts';
import type { Garbage, RepositoryGarbage } from './mark.ts';

/** What a sweep has removed. */
export interface Swept {
  manifests: number;
  layers: number;
  blobs: number;
  /** Bytes of those blobs. */
  bytes: number;
}

/**
 * Removes garbage: links first, then the bytes that nothing links any more. Each is judged again when it is out of reach:
 * what was touched at or after `cutoff` (milliseconds since 1970) is put back.
 */
export async function sweep(
  paths: StoragePaths,
  garbage: Garbage,
  cutoff: number,
  signal?: AbortSignal,
): Promise<Swept> {
  const swept: Swept = { manifests: 0, layers: 0, blobs: 0, bytes: 0 };
  for (const repository of garbage.repositories) {
    signal?.throwIfAborted();
    await sweepRepository(paths, repository, cutoff, swept);
  }
  for (const digest of garbage.blobs) {
    signal?.throwIfAborted();
    const data = paths.blobData(digest);
    const size = (await factsOf(data))?.size ?? 0;
    if (!(await removeIfOld(paths, data, cutoff))) continue;
    swept.blobs += 1;
    swept.bytes += size;
  }
  return swept;
}

async function sweepRepository(
  paths: StoragePaths,
  { repository, manifests, layers }: RepositoryGarbage,
  cutoff: number,
  swept: Swept,
): Promise<void> {
  for (const { digest, subject } of manifests) {
    if (!(await removeIfOld(paths, paths.revisionLink(repository, digest), cutoff))) continue;
    swept.manifests += 1;
    if (subject !== undefined) await removeIfOld(paths, paths.referrerLink(repository, subject, digest), cutoff);
    await forgetTagged(paths, repository, digest, cutoff);
  }
  for (const digest of layers) {
    if (await removeIfOld(paths, paths.layerLink(repository, digest), cutoff)) swept.layers += 1;
  }
  if (manifests.length + layers.length === 0) return;
  for (const folder of [paths.revisions(repository), paths.layers(repository)]) {
    for (const algorithm of await namesIn(folder)) await sync(join(folder, algorithm));
  }
}

/** Removes what says that a tag has named a manifest that is gone now. */
async function forgetTagged(paths: StoragePaths, repository: string, digest: Digest, cutoff: number): Promise<void> {
  for (const tag of (await namesIn(paths.tags(repository))).filter(isTag)) {
    await removeIfOld(paths, paths.tagIndex(repository, tag, digest), cutoff);
  }
}

/** Removes the folder of a file unless it was touched at or after `cutoff`. */
async function removeIfOld(paths: StoragePaths, file: string, cutoff: number): Promise<boolean> {
  const isOld = async (path: string) => ((await factsOf(path))?.touched ?? Number.POSITIVE_INFINITY) < cutoff;
  if (!(await isOld(file))) return false;
  return removeUnlessWanted(paths, dirname(file), (aside) => isOld(join(aside, basename(file))));
}

async function sync(folder: string): Promise<void> {
  await onDisk(folder, () => orMissing(syncFolder(folder)));
}
