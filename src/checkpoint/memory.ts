import { readPagemap } from './criu/pagemap.ts';
import type { CheckpointFiles } from './files.ts';
import type { CheckpointMetadata } from './metadata.ts';

/** Pagemaps of memory that processes share. */
const SHARED = /^checkpoint\/pagemap-shmem-\d+\.img$/;

/** Page sizes of the architectures that CRIU knows. No image says which one it is. */
const PAGE_SIZES = [4_096, 16_384, 65_536];
const USUAL_PAGE_SIZE = 4_096;

/**
 * How much memory these processes of an archive have there, and what they share; one pagemap is read at a time. A shared
 * one whose pages image is already taken was left by an earlier checkpoint. Throws CRIU_IMAGE_INVALID.
 */
export async function describeMemory(
  files: CheckpointFiles,
  pids: readonly number[],
): Promise<CheckpointMetadata['memory']> {
  const sizes = new Map(files.members.map(({ name, size }) => [name, size]));
  const seen = new Set<number>();
  let pages = 0;
  let stored = 0;
  let compressed = false;
  for (const name of pagemapNames(sizes, pids)) {
    const pagemap = readPagemap(name, (await files.read(name)) ?? new Uint8Array());
    if (seen.has(pagemap.pagesId)) continue;
    seen.add(pagemap.pagesId);
    pages += pagemap.pages;
    stored += sizes.get(`checkpoint/pages-${pagemap.pagesId}.img`) ?? 0;
    compressed ||= pagemap.compressed;
  }
  return { pages, bytes: pages * (compressed ? USUAL_PAGE_SIZE : pageSize(stored, pages)), compressed };
}

/** A process that had ended but was not yet waited for has no memory. */
function pagemapNames(sizes: ReadonlyMap<string, number>, pids: readonly number[]): string[] {
  const own = pids.map((pid) => `checkpoint/pagemap-${pid}.img`).filter((name) => sizes.has(name));
  return [...own, ...[...sizes.keys()].filter((name) => SHARED.test(name))];
}

/** Pages that are not compressed stand one behind the other, so the images' sizes tell the size of a page. */
function pageSize(stored: number, pages: number): number {
  return PAGE_SIZES.find((size) => stored === pages * size) ?? USUAL_PAGE_SIZE;
}
