import type { Digest } from '../../../oci/digest.ts';
import type { Store } from '../store.ts';
import { blobFiles } from './blob-files.ts';
import type { FileFacts } from './folders.ts';
import { type RepositorySurvey, surveyRepository } from './survey-repository.ts';

/** All that a data folder holds, as it was seen between `began` and now; other processes go on writing. */
export interface Survey {
  /** Milliseconds since 1970, before anything was looked at. */
  readonly began: number;
  readonly repositories: readonly RepositorySurvey[];
  readonly blobs: ReadonlyMap<Digest, FileFacts>;
}

/** Looks at all repositories and blobs. Memory grows with the number of manifests and blobs, not with their bytes. */
export async function surveyStore(store: Store, signal?: AbortSignal): Promise<Survey> {
  const began = Date.now();
  const repositories: RepositorySurvey[] = [];
  for await (const repository of store.repositories.walkAll()) {
    signal?.throwIfAborted();
    repositories.push(await surveyRepository(store, repository));
  }
  const blobs = new Map<Digest, FileFacts>();
  for await (const { digest, ...facts } of blobFiles(store.paths)) {
    signal?.throwIfAborted();
    blobs.set(digest, facts);
  }
  return { began, repositories: repositories.toSorted(byName), blobs };
}

function byName(a: RepositorySurvey, b: RepositorySurvey): number {
  return a.repository < b.repository ? -1 : 1;
}
