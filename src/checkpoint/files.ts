import type { Member } from './member.ts';

/** What describeCheckpoint reads an archive through. */
export interface CheckpointFiles {
  readonly members: readonly Member[];
  /** The whole data of a member for which `isReadWhole` holds; undefined when there is none of that name. */
  read(name: string): Promise<Uint8Array | undefined>;
}
