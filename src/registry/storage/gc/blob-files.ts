import { join } from 'node:path';
import { type Digest, isDigest } from '../../../oci/digest.ts';
import type { StoragePaths } from '../paths.ts';
import { type FileFacts, factsOf, namesIn } from './folders.ts';

/** Every blob on disk, whoever links it, one after the other; whatever else stands there is passed over. */
export async function* blobFiles(paths: StoragePaths): AsyncGenerator<{ digest: Digest } & FileFacts> {
  for (const algorithm of await namesIn(paths.blobs)) {
    for (const start of await namesIn(join(paths.blobs, algorithm))) {
      for (const hex of await namesIn(join(paths.blobs, algorithm, start))) {
        const digest = `${algorithm}:${hex}`;
        if (!isDigest(digest) || !hex.startsWith(start)) continue;
        const facts = await factsOf(paths.blobData(digest));
        if (facts !== undefined) yield { digest, ...facts };
      }
    }
  }
}
