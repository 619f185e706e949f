import { readFile } from 'node:fs/promises';
import { type Algorithm, type Digest, digestOf } from '../../oci/digest.ts';
import type { StoredManifest } from '../target.ts';
import type { Blobs } from './blobs.ts';
import { writeDurably } from './durable.ts';
import { onDisk, orMissing } from './failure.ts';
import { KeyedLock } from './keyed-lock.ts';
import { hasLink, removeLink, writeLink } from './links.ts';
import { type ManifestContent, readManifest } from './manifest-content.ts';
import type { StoragePaths } from './paths.ts';
import type { Referrers } from './referrers.ts';
import type { Tags } from './tags.ts';

/** A manifest to be stored, already taken apart. */
export interface ManifestToStore {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly content: ManifestContent;
  readonly algorithm?: Algorithm | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Whether tags that name another digest are moved. */
  readonly replace?: boolean | undefined;
}

/** Manifests: bytes among the blobs, a link in each repository that has them. */
export class Manifests {
  readonly #paths: StoragePaths;
  readonly #blobs: Blobs;
  readonly #tags: Tags;
  readonly #referrers: Referrers;
  readonly #lock = new KeyedLock();

  constructor(paths: StoragePaths, parts: { blobs: Blobs; tags: Tags; referrers: Referrers }) {
    this.#paths = paths;
    this.#blobs = parts.blobs;
    this.#tags = parts.tags;
    this.#referrers = parts.referrers;
  }

  /** Whether a repository has a manifest. */
  async has(repository: string, digest: Digest): Promise<boolean> {
    return hasLink(this.#paths.revisionLink(repository, digest));
  }

  /** A manifest's bytes and media type; undefined where the repository has not got it. */
  async read(repository: string, digest: Digest): Promise<StoredManifest | undefined> {
    if (!(await this.has(repository, digest))) return undefined;
    const path = this.#paths.blobData(digest);
    const bytes = await onDisk(path, () => orMissing(readFile(path)));
    return bytes && { digest, bytes, mediaType: await this.#mediaType(repository, digest, bytes) };
  }

  /** The blobs and manifests that a manifest names and the repository lacks. */
  async missing(repository: string, { blobs, manifests }: ManifestContent): Promise<Digest[]> {
    const checked = await Promise.all([
      ...blobs.map(async (digest) => ((await this.#blobs.size(repository, digest)) === undefined ? [digest] : [])),
      ...manifests.map(async (digest) => ((await this.has(repository, digest)) ? [] : [digest])),
    ]);
    return [...new Set(checked.flat())];
  }

  /** Stores a manifest, then its links, then its tags: whoever finds a tag finds the manifest. TAG_TAKEN. */
  async put(repository: string, manifest: ManifestToStore): Promise<Digest> {
    const digest = digestOf(manifest.bytes, manifest.algorithm);
    return this.#lock.run(repository, async () => {
      await this.#blobs.write(digest, manifest.bytes);
      await this.#writeMediaType(repository, digest, manifest);
      const { subject } = manifest.content;
      if (subject !== undefined) await this.#referrers.add(repository, subject, digest);
      await this.#linkRevision(repository, digest);
      for (const tag of manifest.tags ?? []) {
        await this.#tags.write(repository, tag, digest, { replace: manifest.replace ?? false });
      }
      await this.#linkRevision(repository, digest);
      return digest;
    });
  }

  /** Removes a manifest, all tags that name it, and its note at its subject; false where the repository has not got it. */
  async remove(repository: string, digest: Digest): Promise<boolean> {
    return this.#lock.run(repository, async () => {
      const stored = await this.read(repository, digest);
      const removed = await removeLink(this.#paths.temporary, this.#paths.revisionLink(repository, digest));
      if (!removed) return false;
      const { tags } = await this.#tags.list(repository);
      await Promise.all(tags.map((tag) => this.#tags.remove(repository, tag, digest)));
      const content = stored && readManifest(stored.bytes);
      if (typeof content === 'object' && content.subject !== undefined) {
        await this.#referrers.remove(repository, content.subject, digest);
      }
      return true;
    });
  }

  async #linkRevision(repository: string, digest: Digest): Promise<void> {
    await writeLink(this.#paths.temporary, this.#paths.revisionLink(repository, digest), digest);
  }

  async #writeMediaType(repository: string, digest: Digest, { mediaType, content }: ManifestToStore): Promise<void> {
    if (content.mediaType === mediaType) return;
    await writeDurably(this.#paths.temporary, this.#paths.mediaType(repository, digest), mediaType);
  }

  async #mediaType(repository: string, digest: Digest, bytes: Buffer): Promise<string> {
    const content = readManifest(bytes);
    if (typeof content === 'object' && content.saysMediaType && content.mediaType !== undefined)
      return content.mediaType;
    const path = this.#paths.mediaType(repository, digest);
    const stored = await onDisk(path, () => orMissing(readFile(path, 'utf8')));
    return stored ?? (typeof content === 'object' ? content.mediaType : undefined) ?? 'application/octet-stream';
  }
}
