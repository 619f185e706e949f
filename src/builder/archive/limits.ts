import { MAX_READ_TOTAL_BYTES } from '../../checkpoint/limits.ts';

const KiB = 2 ** 10;
const MiB = 2 ** 20;
const TiB = 2 ** 40;

/** What an archive may ask of this machine. Lengths and sizes are bytes. */
export interface ArchiveLimits {
  /** Members of one tar, the nested one counted on its own. */
  readonly members: number;
  /** Length of one member's name or link. */
  readonly nameLength: number;
  /** Body of one extended header: pax records or a GNU long name. Go's archive/tar has the same limit. */
  readonly extendedHeader: number;
  /** Names, links and extended headers of one tar, all together: what a scan reads and keeps. */
  readonly headers: number;
  /** Data of one member. */
  readonly memberSize: number;
  /** The archive up to its end mark, uncompressed. */
  readonly archiveSize: number;
  /** How much behind the end mark of a plain archive is read to tell zero padding from stale bytes. */
  readonly padding: number;
  /** Uncompressed bytes per compressed byte; counts once `ratioFrom` bytes came out. */
  readonly ratio: number;
  /** Below this many uncompressed bytes any ratio is fine: a young program's memory is mostly zeros. */
  readonly ratioFrom: number;
  /** What compressed input may grow to. */
  readonly decompressedSize: number;
  /** Data of members that the one pass over compressed input keeps in memory, all together. */
  readonly kept: number;
}

/**
 * Limits that no honest checkpoint comes near. gzip shrinks zeros 1,030 times and zstd far more, but a whole archive only
 * shrinks more than 500 times when nearly nothing but zeros is in it.
 */
export const ARCHIVE_LIMITS: ArchiveLimits = {
  members: 200_000,
  nameLength: 4 * KiB,
  extendedHeader: MiB,
  headers: 64 * MiB,
  memberSize: 64 * TiB,
  archiveSize: 64 * TiB,
  padding: MiB,
  ratio: 500,
  ratioFrom: 64 * MiB,
  decompressedSize: TiB,
  kept: MAX_READ_TOTAL_BYTES,
};
