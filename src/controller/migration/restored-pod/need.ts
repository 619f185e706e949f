import type { RequiredMount } from '../../../checkpoint/required-mount.ts';
import type { Pod } from '../../../kube/pod.ts';
import type { RestoreCheckpoint } from './checkpoint.ts';
import type { VolumeAnswer } from './volume-answer.ts';

/** A mount that a checkpoint requires. */
export interface Need {
  readonly container: string;
  readonly path: string;
  readonly mount: RequiredMount;
}

/** What a mount plan is made of. */
export interface MountQuestion {
  /** The source pod, or a bare one made of what the archives tell. */
  readonly source: Pod;
  /** Whether `source` is the real pod: then its mounts count, and not what the archives tell. */
  readonly known: boolean;
  readonly checkpoints: readonly RestoreCheckpoint[];
  readonly answers: readonly VolumeAnswer[];
}
