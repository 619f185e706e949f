/** What a member is; tar knows more kinds than a checkpoint may hold, `other` is all of those. */
export type MemberType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'device' | 'other';

/** One member of a tar archive and the exact bytes it takes there. Offsets and sizes are bytes of the uncompressed archive. */
export interface Member {
  /** The name without a leading `./` and without the trailing slash of a folder: `checkpoint/pages-1.img`. */
  readonly name: string;
  /** The name as the archive has it. */
  readonly rawName: string;
  readonly type: MemberType;
  /** Where a link points, as the archive has it. */
  readonly linkName?: string;
  /** Length of the data. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Modification time in milliseconds since 1970. */
  readonly mtime: number;
  /** First byte of the member: its first header block, extended headers (pax, GNU long names) included. */
  readonly start: number;
  /** First byte of the data. */
  readonly data: number;
  /** First byte behind the data and its padding: where the next member starts. */
  readonly end: number;
}
