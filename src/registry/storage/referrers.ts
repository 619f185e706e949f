import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, isDigest } from '../../oci/digest.ts';
import { onDisk, orMissing } from './failure.ts';
import { removeLink, writeLink } from './links.ts';
import type { StoragePaths } from './paths.ts';

/** Which manifests name a manifest as their subject. Distribution does not know these folders and leaves them alone. */
export class Referrers {
  readonly #paths: StoragePaths;

  constructor(paths: StoragePaths) {
    this.#paths = paths;
  }

  /** Notes that a manifest has a subject, which need not be there (yet). */
  async add(repository: string, subject: Digest, referrer: Digest): Promise<void> {
    await writeLink(this.#paths.temporary, this.#paths.referrerLink(repository, subject, referrer), referrer);
  }

  async remove(repository: string, subject: Digest, referrer: Digest): Promise<boolean> {
    return removeLink(this.#paths.temporary, this.#paths.referrerLink(repository, subject, referrer));
  }

  /** The digests of those noted for a subject, in ASCII order; some may be gone when another program deleted them. */
  async list(repository: string, subject: Digest): Promise<Digest[]> {
    const folder = this.#paths.referrers(repository, subject);
    const names = await this.#names(folder);
    const digests = await Promise.all(
      names.map(async (algorithm) => (await this.#names(join(folder, algorithm))).map((hex) => `${algorithm}:${hex}`)),
    );
    return digests.flat().filter(isDigest).toSorted();
  }

  async #names(folder: string): Promise<string[]> {
    return (await onDisk(folder, () => orMissing(readdir(folder)))) ?? [];
  }
}
