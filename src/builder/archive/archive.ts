import type { Member } from '../../checkpoint/member.ts';
import type { Warning } from '../../errors.ts';
import type { Digest } from '../../oci/digest.ts';
import type { Compression } from '../../oci/media-types.ts';

/** An opened and scanned checkpoint archive. Offsets are bytes of the uncompressed archive. */
export interface Archive {
  readonly path: string;
  /** How the file itself is compressed. */
  readonly compression: Compression;
  /** Bytes of the file on disk. */
  readonly fileSize: number;
  readonly members: readonly Member[];
  /** Where the archive ends: behind the two zero blocks of its end mark. Nothing behind it belongs to the archive. */
  readonly size: number;
  /** For compressed input: the file as it is can be a layer, with this digest, diff ID and size. Undefined where it cannot (bytes behind its end). */
  readonly asIs?: { readonly digest: Digest; readonly diffId: Digest };
  readonly warnings: readonly Warning[];
  /** The whole data of one of the members that src/checkpoint reads; undefined when there is none of that name. DUMP_TOO_LARGE beyond the limit. */
  read(name: string): Promise<Buffer | undefined>;
  /** The names and links in rootfs-diff.tar (plain or gzip); undefined when the archive has none. */
  readonly rootfsDiff?: readonly Member[];
  /** Bytes `start` to `end` (exclusive) of the uncompressed archive, in chunks. */
  bytes(start: number, end: number, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** The file's own bytes from `offset` on, still compressed. */
  fileBytes(offset: number, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Throws ARCHIVE_CHANGED when size, mtime or inode differ from what they were when the archive was opened. */
  assertUnchanged(): Promise<void>;
  close(): Promise<void>;
}
