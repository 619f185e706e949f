const KIB = 1024;
const MIB = 1024 * KIB;

/** Bytes of one JSON dump. Real ones take 0.5 to 30 KiB; a spec with thousands of mounts and variables stays below 1 MiB. */
export const MAX_DUMP_BYTES = 16 * MIB;
/** Bytes of inventory.img, one core-<tid>.img and one ids-<pid>.img. Real ones take 100, 2,000 to 60,000 (vector registers) and 36. */
export const MAX_CORE_BYTES = 1 * MIB;
/**
 * Bytes of files.img, pstree.img and one mountpoints-<id>.img: about 100 for each open file, 15 for each process and 300
 * for each mount, so hundreds of thousands.
 */
export const MAX_LIST_BYTES = 64 * MIB;
/**
 * Bytes of one pagemap-<pid>.img: 20 to 30 for each run of pages, so 8 million runs; or 3 for each compressed page, so
 * 300 GiB of memory in one process.
 */
export const MAX_PAGEMAP_BYTES = 256 * MIB;
/** Bytes of all members read whole, together; for whoever must hold them all at once because the archive is a stream. */
export const MAX_READ_TOTAL_BYTES = 512 * MIB;

/** The members of an archive that are read whole, and their limits in bytes; first match decides. */
const READ_WHOLE: readonly (readonly [pattern: RegExp, limit: number])[] = [
  [/^(?:config|spec|status)\.dump$/, MAX_DUMP_BYTES],
  [/^bind\.mounts$/, MAX_DUMP_BYTES],
  [/^deleted\.files$/, MAX_DUMP_BYTES],
  [/^checkpoint\/inventory\.img$/, MAX_CORE_BYTES],
  [/^checkpoint\/(?:core|ids)-\d+\.img$/, MAX_CORE_BYTES],
  [/^checkpoint\/pagemap-(?:shmem-)?\d+\.img$/, MAX_PAGEMAP_BYTES],
  [/^checkpoint\/(?:files|pstree|mountpoints-\d+)\.img$/, MAX_LIST_BYTES],
];

/** Whether thaw reads the member of this name (without a leading `./`) whole. */
export function isReadWhole(name: string): boolean {
  return readLimit(name) > 0;
}

/** How many bytes the member of this name may have to be read whole; 0 for a member that is never read whole. */
export function readLimit(name: string): number {
  return READ_WHOLE.find(([pattern]) => pattern.test(name))?.[1] ?? 0;
}
