import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Digest } from '../../oci/digest.ts';
import { putBack } from './aside.ts';
import { moveDurably, syncFolder, writeDurably } from './durable.ts';
import { onDisk, orMissing } from './failure.ts';
import { hasLink, removeLink, writeLink } from './links.ts';
import type { StoragePaths } from './paths.ts';
import { refresh, touch } from './refresh.ts';

/** Milliseconds for which the age of a blob that somebody asked for need not begin anew once more. */
const FRESH = 60_000;

/** A blob that is open for reading; whoever opened it closes the handle. */
export interface OpenBlob {
  readonly handle: FileHandle;
  /** Bytes. */
  readonly size: number;
}

/** Blobs: each stands once on disk, and each repository that has it holds a link. */
export class Blobs {
  readonly #paths: StoragePaths;

  constructor(paths: StoragePaths) {
    this.#paths = paths;
  }

  /** A blob's size in bytes; undefined where this repository has not got it. */
  async size(repository: string, digest: Digest): Promise<number | undefined> {
    if (!(await this.#isLinked(repository, digest))) return undefined;
    return this.storedSize(digest);
  }

  /**
   * As size, for whoever relies on the blob from now on: its age begins anew, so that a garbage collection leaves it
   * alone. `exactly` does so however young it is, for whoever must be sure.
   */
  async claim(repository: string, digest: Digest, { exactly = false } = {}): Promise<number | undefined> {
    const age = { ifOlderThan: exactly ? 0 : FRESH };
    const link = this.#paths.layerLink(repository, digest);
    if ((await this.#refreshOrPutBack(link, age)) === undefined) return undefined;
    return this.#refreshOrPutBack(this.#paths.blobData(digest), age);
  }

  /** As claim with `exactly`, whichever repository links it. */
  async claimStored(digest: Digest): Promise<number | undefined> {
    return this.#refreshOrPutBack(this.#paths.blobData(digest), {});
  }

  /** The size in bytes of what stands under a digest, whichever repository links it; undefined where nothing does. */
  async storedSize(digest: Digest): Promise<number | undefined> {
    const path = this.#paths.blobData(digest);
    return onDisk(path, async () => {
      const found =
        (await orMissing(stat(path))) ?? ((await this.#isPutBack(path)) ? await orMissing(stat(path)) : undefined);
      return found?.size;
    });
  }

  /** Opens a blob of a repository; undefined where it has not got it. */
  async open(repository: string, digest: Digest): Promise<OpenBlob | undefined> {
    if (!(await this.#isLinked(repository, digest))) return undefined;
    return this.openStored(digest);
  }

  /** Opens what stands under a digest, whichever repository links it. */
  async openStored(digest: Digest): Promise<OpenBlob | undefined> {
    const path = this.#paths.blobData(digest);
    return onDisk(path, async () => {
      const handle = (await orMissing(open(path, 'r'))) ?? (await this.#openPutBack(path));
      return handle && { handle, size: (await handle.stat()).size };
    });
  }

  /** The bytes of a small blob, such as a manifest, whichever repository links it. */
  async read(digest: Digest): Promise<Buffer | undefined> {
    const opened = await this.openStored(digest);
    if (opened === undefined) return undefined;
    return onDisk(this.#paths.blobData(digest), () => opened.handle.readFile().finally(() => opened.handle.close()));
  }

  /** Gives a repository a blob that stands on disk. */
  async link(repository: string, digest: Digest): Promise<void> {
    await writeLink(this.#paths.temporary, this.#paths.layerLink(repository, digest), digest);
  }

  /** Takes a blob from a repository; false where it had not got it. The bytes stay until they are collected. */
  async unlink(repository: string, digest: Digest): Promise<boolean> {
    return removeLink(this.#paths.temporary, this.#paths.layerLink(repository, digest));
  }

  /** Moves a file whose bytes are synced and have this digest to where the digest says. */
  async adopt(file: string, digest: Digest): Promise<void> {
    const path = this.#paths.blobData(digest);
    await onDisk(path, async () => {
      await touch(file); // its last byte may have come long ago
      if ((await this.claimStored(digest)) === undefined) await moveDurably(file, path);
      else await Promise.all([rm(file, { force: true }), syncFolder(dirname(path))]);
    });
  }

  /** Stores a few bytes under their digest, such as a manifest. */
  async write(digest: Digest, bytes: Buffer): Promise<void> {
    const path = this.#paths.blobData(digest);
    if ((await this.claimStored(digest)) === bytes.length) await onDisk(path, () => syncFolder(dirname(path)));
    else await writeDurably(this.#paths.temporary, path, bytes);
  }

  async #isLinked(repository: string, digest: Digest): Promise<boolean> {
    const link = this.#paths.layerLink(repository, digest);
    return (await hasLink(link)) || ((await this.#isPutBack(link)) && hasLink(link));
  }

  async #refreshOrPutBack(path: string, age: { ifOlderThan?: number }): Promise<number | undefined> {
    const size = await refresh(path, age);
    if (size !== undefined) return size;
    return (await this.#isPutBack(path)) ? refresh(path, age) : undefined;
  }

  async #openPutBack(path: string): Promise<FileHandle | undefined> {
    return (await this.#isPutBack(path)) ? orMissing(open(path, 'r')) : undefined;
  }

  /** Whether a file was just being taken away by a garbage collection, and is there again now. */
  async #isPutBack(path: string): Promise<boolean> {
    return putBack(this.#paths, dirname(path));
  }
}
