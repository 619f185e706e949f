import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, isDigest } from '../../../oci/digest.ts';
import { onDisk, orMissing } from '../failure.ts';

/** What a file of the store tells of itself. */
export interface FileFacts {
  /** Milliseconds since 1970 at which it was written or claimed last. */
  readonly touched: number;
  /** Milliseconds since 1970 at which it was made. */
  readonly made: number;
  /** Bytes. */
  readonly size: number;
  /** Whether others than its owner may read it: thaw never makes such files. */
  readonly open: boolean;
}

/** The names in a folder; none where it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await onDisk(folder, () => orMissing(readdir(folder)))) ?? [];
}

/** The facts of a file; undefined where it is not there. */
export async function factsOf(path: string): Promise<FileFacts | undefined> {
  const found = await onDisk(path, () => orMissing(stat(path)));
  if (found === undefined) return undefined;
  const { mtimeMs, birthtimeMs, size, mode } = found;
  return { touched: mtimeMs, made: birthtimeMs, size, open: (mode & 0o077) !== 0 };
}

/** The links below `<folder>/<algorithm>/<hex>/link` with their facts; what is no digest is passed over. */
export async function linksIn(folder: string): Promise<Map<Digest, FileFacts>> {
  const links = new Map<Digest, FileFacts>();
  for (const algorithm of await namesIn(folder)) {
    for (const hex of await namesIn(join(folder, algorithm))) {
      const digest = `${algorithm}:${hex}`;
      const facts = isDigest(digest) ? await factsOf(join(folder, algorithm, hex, 'link')) : undefined;
      if (facts !== undefined && isDigest(digest)) links.set(digest, facts);
    }
  }
  return links;
}
