import { dirname } from 'node:path';
import type { Digest } from '../../oci/digest.ts';
import { putBack } from './aside.ts';
import type { Blobs } from './blobs.ts';
import { type ManifestContent, readManifest } from './manifest-content.ts';
import type { StoragePaths } from './paths.ts';
import { refresh } from './refresh.ts';

/** What a claim of all that a manifest names has found missing. */
export interface Missing {
  /** Of what the manifest itself names. */
  readonly named: readonly Digest[];
  /** Of that, and of what the manifests below it name, all the way down. */
  readonly anywhere: ReadonlySet<Digest>;
}

/** Claims what a manifest needs: the age of every blob and link begins anew, so that no garbage collection takes it. */
export class Claims {
  readonly #paths: StoragePaths;
  readonly #blobs: Blobs;

  constructor(paths: StoragePaths, blobs: Blobs) {
    this.#paths = paths;
    this.#blobs = blobs;
  }

  /** Claims all that a manifest names, all the way down, and tells what the repository lacks. */
  async named(repository: string, content: ManifestContent): Promise<Missing> {
    const named = await this.#direct(repository, content);
    const anywhere = new Set(named.missing);
    const seen = new Set<Digest>();
    for (const below = named.manifests; ; ) {
      const next = below.pop();
      if (next === undefined) return { named: named.missing, anywhere };
      if (seen.has(next.digest)) continue;
      seen.add(next.digest);
      const { missing, manifests } = await this.#direct(repository, next.content);
      for (const digest of missing) anywhere.add(digest);
      below.push(...manifests);
    }
  }

  /** Claims a manifest, its link and its bytes: what it names; a text where it is damaged, undefined where it is not there. */
  async manifest(repository: string, digest: Digest): Promise<ManifestContent | string | undefined> {
    if (!(await this.#link(this.#paths.revisionLink(repository, digest)))) return undefined;
    if ((await this.#blobs.claimStored(digest)) === undefined) return undefined;
    const bytes = await this.#blobs.read(digest);
    return bytes && readManifest(bytes);
  }

  async #direct(repository: string, { blobs, manifests }: ManifestContent) {
    const missing: Digest[] = [];
    const found: { digest: Digest; content: ManifestContent }[] = [];
    for (const digest of new Set(blobs)) {
      if ((await this.#blobs.claim(repository, digest, { exactly: true })) === undefined) missing.push(digest);
    }
    for (const digest of new Set(manifests)) {
      const content = await this.manifest(repository, digest);
      if (content === undefined) missing.push(digest);
      else if (typeof content === 'object') found.push({ digest, content });
    }
    return { missing, manifests: found };
  }

  async #link(path: string): Promise<boolean> {
    if ((await refresh(path)) !== undefined) return true;
    return (await putBack(this.#paths, dirname(path))) && (await refresh(path)) !== undefined;
  }
}
