import { blobFiles } from '../gc/blob-files.ts';
import type { Store } from '../store.ts';
import { verifyBlobs } from './blobs.ts';
import type { Fault } from './fault.ts';
import { verifyRepository } from './repository.ts';

export interface VerifyOptions {
  /** Move damaged blobs to where nobody serves them. */
  readonly quarantine?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes that are hashed so far, and those of all blobs. */
  readonly onProgress?: ((bytes: number, total: number) => void) | undefined;
  /** Called for each fault as it is found. */
  readonly onFault?: ((fault: Fault) => void) | undefined;
}

export interface Verified {
  readonly blobs: number;
  /** Bytes of those blobs. */
  readonly bytes: number;
  readonly repositories: number;
  readonly tags: number;
  readonly manifests: number;
  readonly faults: readonly Fault[];
}

/**
 * Reads all that a data folder holds and gives what is wrong there: every blob is hashed, every tag and manifest is
 * followed. Safe beside all other processes: what they store or remove meanwhile is no fault.
 */
export async function verifyStore(store: Store, options: VerifyOptions = {}): Promise<Verified> {
  const { signal, onProgress } = options;
  const faults: Fault[] = [];
  const note = (fault: Fault) => {
    faults.push(fault);
    options.onFault?.(fault);
  };
  let total = 0;
  for await (const { size } of blobFiles(store.paths)) total += size;
  let [blobs, bytes] = [0, 0];
  const onBlob = (size: number) => {
    blobs += 1;
    bytes += size;
    onProgress?.(bytes, Math.max(bytes, total));
  };
  for await (const fault of verifyBlobs(store.paths, { quarantine: options.quarantine, signal, onBlob })) note(fault);
  let [repositories, tags, manifests] = [0, 0, 0];
  for await (const repository of store.repositories.walk()) {
    signal?.throwIfAborted();
    const checked = await verifyRepository(store, repository);
    checked.faults.forEach(note);
    repositories += 1;
    tags += checked.tags;
    manifests += checked.manifests;
  }
  return { blobs, bytes, repositories, tags, manifests, faults };
}
