import { readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { ThawError } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';
import { isTag } from '../../oci/reference.ts';
import { removeUnlessWanted } from './aside.ts';
import { createDurably, removeFolder, syncFolder, writeDurably } from './durable.ts';
import { onDisk, orMissing } from './failure.ts';
import { hasLink, readLink, writeLink } from './links.ts';
import type { Page } from './page.ts';
import { takePage } from './page.ts';
import type { StoragePaths } from './paths.ts';
import { touch } from './refresh.ts';

/** How often a tag is written that somebody removes at the same moment. */
const ATTEMPTS = 3;

/** The tags of repositories. Each is a link; making one where none stands is atomic between processes as well. */
export class Tags {
  readonly #paths: StoragePaths;
  readonly #isImmutable: (repository: string, tag: string) => boolean;

  constructor(paths: StoragePaths, isImmutable: (repository: string, tag: string) => boolean = () => false) {
    this.#paths = paths;
    this.#isImmutable = isImmutable;
  }

  /** What a tag names; undefined where there is no such tag. */
  async read(repository: string, tag: string): Promise<Digest | undefined> {
    return readLink(this.#paths.tagCurrent(repository, tag));
  }

  /**
   * Lets a tag name a digest. One that names another is moved only with `replace`, and never where it is immutable:
   * TAG_TAKEN. The age of the manifest that loses it begins anew, so that whoever still names it by its digest has the
   * grace period of a garbage collection to stop.
   */
  async write(repository: string, tag: string, digest: Digest, options: { replace: boolean }): Promise<void> {
    const replace = options.replace && !this.#isImmutable(repository, tag);
    const before = await this.read(repository, tag);
    await this.#refuseTaken(repository, tag, digest, replace);
    if (before !== undefined && before !== digest) await touch(this.#paths.revisionLink(repository, before));
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      await this.#set(repository, tag, digest, replace);
      // Somebody who was removing the tag may have removed what was just written with it.
      if ((await this.read(repository, tag)) !== undefined) return;
    }
  }

  /** Removes a tag; with `only`, just while it names that digest. False where there was nothing to remove. */
  async remove(repository: string, tag: string, only?: Digest): Promise<boolean> {
    const named = await this.read(repository, tag);
    if (named === undefined || (only !== undefined && named !== only)) return false;
    const folder = this.#paths.tag(repository, tag);
    if (only === undefined) return removeFolder(this.#paths.temporary, folder);
    const link = relative(folder, this.#paths.tagCurrent(repository, tag));
    const removed = await removeUnlessWanted(
      this.#paths,
      folder,
      async (aside) => (await readLink(join(aside, link))) === only,
    );
    await onDisk(folder, async () => void (await orMissing(syncFolder(dirname(folder)))));
    return removed;
  }

  /** The tags of a repository in ASCII order; those that a crash left without a link are passed over. */
  async list(repository: string, page: Page = {}): Promise<{ tags: string[]; more: boolean }> {
    const folder = this.#paths.tags(repository);
    const names = (await onDisk(folder, () => orMissing(readdir(folder)))) ?? [];
    const { names: tags, more } = await takePage(names.filter(isTag), page, (tag) =>
      hasLink(this.#paths.tagCurrent(repository, tag)),
    );
    return { tags, more };
  }

  async #set(repository: string, tag: string, digest: Digest, replace: boolean): Promise<void> {
    const { temporary } = this.#paths;
    const current = this.#paths.tagCurrent(repository, tag);
    await writeLink(temporary, this.#paths.tagIndex(repository, tag, digest), digest);
    if (replace) await writeDurably(temporary, current, digest);
    else if (!(await createDurably(temporary, current, digest))) {
      await this.#refuseTaken(repository, tag, digest, replace);
    }
  }

  async #refuseTaken(repository: string, tag: string, digest: Digest, replace: boolean): Promise<void> {
    if (replace) return;
    const taken = await this.read(repository, tag);
    if (taken === undefined || taken === digest) return;
    throw new ThawError('TAG_TAKEN', {
      message: `${repository}:${tag} already names ${taken}, not ${digest}`,
      next: 'choose another tag, or ask for the old one to be replaced',
      facts: { repository, tag, taken, digest },
    });
  }
}
