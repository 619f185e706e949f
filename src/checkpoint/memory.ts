import { readPagemap } from './criu/pagemap.ts';
import type { CheckpointFiles } from './files.ts';
import type { CheckpointMetadata } from './metadata.ts';

/** `pagemap-<pid>.img` of a process, `pagemap-shmem-<id>.img` of memory that processes share. */
const PAGEMAP = /^checkpoint\/pagemap-(?:shmem-)?\d+\.img$/;

/** Page sizes of the architectures that CRIU knows. No image says which one it is. */
const PAGE_SIZES = [4_096, 16_384, 65_536];
const USUAL_PAGE_SIZE = 4_096;

/** How much memory an archive holds, over all its pagemaps; one is read at a time. Throws CRIU_IMAGE_INVALID. */
export async function describeMemory(files: CheckpointFiles): Promise<CheckpointMetadata['memory']> {
  const sizes = new Map(files.members.map(({ name, size }) => [name, size]));
  let pages = 0;
  let stored = 0;
  let compressed = false;
  for (const name of [...sizes.keys()].filter((name) => PAGEMAP.test(name))) {
    const pagemap = readPagemap(name, (await files.read(name)) ?? new Uint8Array());
    pages += pagemap.pages;
    stored += sizes.get(`checkpoint/pages-${pagemap.pagesId}.img`) ?? 0;
    compressed ||= pagemap.compressed;
  }
  return { pages, bytes: pages * (compressed ? USUAL_PAGE_SIZE : pageSize(stored, pages)), compressed };
}

/** Pages that are not compressed stand one behind the other, so the images' sizes tell the size of a page. */
function pageSize(stored: number, pages: number): number {
  return PAGE_SIZES.find((size) => stored === pages * size) ?? USUAL_PAGE_SIZE;
}
