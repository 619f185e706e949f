import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ThawError } from '../../errors.ts';
import { type Algorithm, type Digest, digestOf } from '../../oci/digest.ts';
import type { StoredManifest } from '../target.ts';
import { putBack } from './aside.ts';
import type { Blobs } from './blobs.ts';
import { Claims } from './claims.ts';
import { writeDurably } from './durable.ts';
import { onDisk, orMissing } from './failure.ts';
import { FileCache } from './file-cache.ts';
import { KeyedLock } from './keyed-lock.ts';
import { hasLink, readLink, removeLink, writeLink } from './links.ts';
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

/** Manifests that are kept in memory because they were read lately, and the bytes of the largest of them. */
const KEPT = 1_024;
const LARGEST_KEPT = 16 * 1024;

interface ManifestBytes {
  readonly bytes: Buffer;
  /** The media type that stands in the manifest itself. */
  readonly saysMediaType: string | undefined;
}

/** Manifests: bytes among the blobs, a link in each repository that has them. */
export class Manifests {
  readonly #paths: StoragePaths;
  readonly #blobs: Blobs;
  readonly #tags: Tags;
  readonly #referrers: Referrers;
  readonly #claims: Claims;
  readonly #lock = new KeyedLock();
  readonly #lately = new FileCache<ManifestBytes | undefined>(KEPT);

  constructor(paths: StoragePaths, parts: { blobs: Blobs; tags: Tags; referrers: Referrers }) {
    this.#paths = paths;
    this.#blobs = parts.blobs;
    this.#tags = parts.tags;
    this.#referrers = parts.referrers;
    this.#claims = new Claims(paths, parts.blobs);
  }

  /** Whether a repository has a manifest. */
  async has(repository: string, digest: Digest): Promise<boolean> {
    const link = this.#paths.revisionLink(repository, digest);
    return (await hasLink(link)) || ((await putBack(this.#paths, dirname(link))) && hasLink(link));
  }

  /** A manifest's bytes and media type; undefined where the repository has not got it. */
  async read(repository: string, digest: Digest): Promise<StoredManifest | undefined> {
    const isLinked = (await readLink(this.#paths.revisionLink(repository, digest))) !== undefined;
    if (!isLinked && !(await this.has(repository, digest))) return undefined;
    const found = await this.#bytes(digest);
    if (found === undefined) return undefined;
    const { bytes, saysMediaType } = found;
    return { digest, bytes, mediaType: saysMediaType ?? (await this.#mediaType(repository, digest, bytes)) };
  }

  /** The blobs and manifests that a manifest names and the repository lacks; what is there is claimed (Claims.named). */
  async missing(repository: string, content: ManifestContent): Promise<readonly Digest[]> {
    return (await this.#claims.named(repository, content)).named;
  }

  /**
   * Stores a manifest, then its links, then its tags: whoever finds a tag finds the manifest. At the end it looks once
   * more for all that the manifest names, since another process may have collected garbage meanwhile (docs/adr/0006).
   * TAG_TAKEN; NOT_FOUND where something went while the manifest was stored: then it is not stored.
   */
  async put(repository: string, manifest: ManifestToStore): Promise<Digest> {
    const digest = digestOf(manifest.bytes, manifest.algorithm);
    return this.#lock.run(repository, async () => {
      const { anywhere: absent } = await this.#claims.named(repository, manifest.content);
      await this.#store(repository, digest, manifest);
      for (const tag of manifest.tags ?? []) {
        await this.#tags.write(repository, tag, digest, { replace: manifest.replace ?? false });
      }
      await this.#confirm(repository, digest, manifest, absent);
      return digest;
    });
  }

  /** Removes a manifest, all tags that name it, and its note at its subject; false where the repository has not got it. */
  async remove(repository: string, digest: Digest): Promise<boolean> {
    return this.#lock.run(repository, async () => {
      const stored = await this.read(repository, digest);
      if (!(await this.has(repository, digest))) return false;
      const { tags } = await this.#tags.list(repository);
      await Promise.all(tags.map((tag) => this.#tags.remove(repository, tag, digest))); // no tag outlives its manifest
      await removeLink(this.#paths.temporary, this.#paths.revisionLink(repository, digest));
      const content = stored && readManifest(stored.bytes);
      if (typeof content === 'object' && content.subject !== undefined) {
        await this.#referrers.remove(repository, content.subject, digest);
      }
      return true;
    });
  }

  /** The bytes of a manifest and the media type that stands in it; what is asked for often comes from memory. */
  async #bytes(digest: Digest): Promise<ManifestBytes | undefined> {
    const path = this.#paths.blobData(digest);
    const found = await onDisk(path, () =>
      this.#lately.read(path, async (handle, size) => {
        const bytes = size <= LARGEST_KEPT ? await handle.readFile() : undefined;
        return bytes && { bytes, saysMediaType: mediaTypeIn(bytes) };
      }),
    );
    if (found !== undefined) return found;
    const bytes = await this.#blobs.read(digest); // a large one, or one that is being taken away
    return bytes && { bytes, saysMediaType: mediaTypeIn(bytes) };
  }

  async #store(repository: string, digest: Digest, manifest: ManifestToStore): Promise<void> {
    await this.#blobs.write(digest, manifest.bytes);
    await this.#writeMediaType(repository, digest, manifest);
    const { subject } = manifest.content;
    if (subject !== undefined) await this.#referrers.add(repository, subject, digest);
    await this.#linkRevision(repository, digest);
  }

  /** `absent` was never there, and its absence was accepted. */
  async #confirm(
    repository: string,
    digest: Digest,
    manifest: ManifestToStore,
    absent: ReadonlySet<Digest>,
  ): Promise<void> {
    if ((await this.#claims.manifest(repository, digest)) === undefined)
      await this.#store(repository, digest, manifest);
    const { anywhere } = await this.#claims.named(repository, manifest.content);
    const [gone] = anywhere.difference(absent);
    if (gone === undefined) return;
    for (const tag of manifest.tags ?? []) await this.#tags.remove(repository, tag, digest);
    await removeLink(this.#paths.temporary, this.#paths.revisionLink(repository, digest));
    throw new ThawError('NOT_FOUND', {
      message: `${gone} was removed from ${repository} while a manifest that names it was stored`,
      next: 'push what is missing and the manifest again',
      facts: { repository, digest: gone },
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
    const path = this.#paths.mediaType(repository, digest);
    const stored = await onDisk(path, () => orMissing(readFile(path, 'utf8')));
    return stored ?? (typeof content === 'object' ? content.mediaType : undefined) ?? 'application/octet-stream';
  }
}

function mediaTypeIn(bytes: Buffer): string | undefined {
  const content = readManifest(bytes);
  return typeof content === 'object' && content.saysMediaType ? content.mediaType : undefined;
}
