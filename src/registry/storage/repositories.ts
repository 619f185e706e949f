import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isRepository } from '../../oci/reference.ts';
import { onDisk, orMissing } from './failure.ts';
import { type Page, takePage } from './page.ts';
import type { StoragePaths } from './paths.ts';

/** A folder of these makes the folder around it a repository; a session alone does not. */
const MARKS = ['_layers', '_manifests'];

/** The repositories of a store: whatever has a blob or a manifest, or had one. */
export class Repositories {
  readonly #paths: StoragePaths;

  constructor(paths: StoragePaths) {
    this.#paths = paths;
  }

  /** Whether a repository was ever pushed to. */
  async has(repository: string): Promise<boolean> {
    const folder = this.#paths.repository(repository);
    const marks = await onDisk(folder, () => Promise.all(MARKS.map((mark) => orMissing(stat(join(folder, mark))))));
    return marks.some((mark) => mark !== undefined);
  }

  /** The repositories in ASCII order, or those of them that `keep` wants. */
  async list(
    page: Page = {},
    keep: (repository: string) => boolean = () => true,
  ): Promise<{ repositories: string[]; more: boolean }> {
    const found: string[] = [];
    for await (const repository of this.walk()) found.push(repository);
    const { names, more } = await takePage(found, page, async (name) => keep(name));
    return { repositories: names, more };
  }

  /** Every repository, in no order. */
  walk(): AsyncGenerator<string> {
    return this.#walk('', MARKS);
  }

  /** Every repository, also those where nothing but an upload session was ever begun. */
  walkAll(): AsyncGenerator<string> {
    return this.#walk('', [...MARKS, '_uploads']);
  }

  async *#walk(name: string, marks: readonly string[]): AsyncGenerator<string> {
    const folder = join(this.#paths.repositories, name);
    const entries = (await onDisk(folder, () => orMissing(readdir(folder)))) ?? [];
    if (name !== '' && entries.some((entry) => marks.includes(entry))) yield name;
    for (const entry of entries) {
      const inner = name === '' ? entry : `${name}/${entry}`;
      if (isRepository(inner)) yield* this.#walk(inner, marks);
    }
  }
}
