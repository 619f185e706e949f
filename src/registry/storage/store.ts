import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Blobs } from './blobs.ts';
import { makeFolder } from './durable.ts';
import { onDisk } from './failure.ts';
import { Manifests } from './manifests.ts';
import { StoragePaths } from './paths.ts';
import { Referrers } from './referrers.ts';
import { Repositories } from './repositories.ts';
import { Tags } from './tags.ts';
import { Uploads } from './uploads.ts';

/** What a store may be told to do otherwise. */
export interface StoreOptions {
  /** Which tags are never moved, whoever asks for it: TAG_TAKEN. Of this process only. */
  readonly isImmutable?: ((repository: string, tag: string) => boolean) | undefined;
}

/** A registry's data folder, in CNCF Distribution's format. */
export interface Store {
  /** The absolute path of the folder. */
  readonly root: string;
  readonly paths: StoragePaths;
  readonly blobs: Blobs;
  readonly uploads: Uploads;
  readonly tags: Tags;
  readonly manifests: Manifests;
  readonly referrers: Referrers;
  readonly repositories: Repositories;
}

/**
 * Opens a data folder and makes it, for its owner only, where it is not there. Several processes may open one folder.
 * STORAGE_FAILED where it cannot be made or written.
 */
export async function openStore(root: string, { isImmutable }: StoreOptions = {}): Promise<Store> {
  const paths = new StoragePaths(resolve(root));
  await onDisk(paths.root, async () => {
    await makeFolder(paths.temporary);
    await makeFolder(paths.repositories);
    await access(paths.root, constants.R_OK | constants.W_OK | constants.X_OK);
  });
  const blobs = new Blobs(paths);
  const tags = new Tags(paths, isImmutable);
  const referrers = new Referrers(paths);
  return {
    root: paths.root,
    paths,
    blobs,
    tags,
    referrers,
    uploads: new Uploads(paths, blobs),
    manifests: new Manifests(paths, { blobs, tags, referrers }),
    repositories: new Repositories(paths),
  };
}
