import type { RestartChoice } from '../../../checkpoint/restored-container.ts';
import type { Pod } from '../../../kube/pod.ts';
import type { RestoreCheckpoint } from './checkpoint.ts';
import type { MethodName } from './methods/methods.ts';
import type { VolumeAnswer } from './volume-answer.ts';

/** What a restored pod is made of. */
export interface RestoreRequest {
  /** The pod that was checkpointed; without it the restored pod has only what the archives tell. */
  readonly source?: Pod;
  /** One checkpoint for each container that was running. */
  readonly checkpoints: readonly RestoreCheckpoint[];
  readonly method: MethodName;
  /** What becomes of a restored container that starts once more: `fail` unless given; the others want method `runtime`. */
  readonly restart?: RestartChoice;
  /** Without it the scheduler finds a node. */
  readonly targetNode?: string;
  /** `<pod>-restored` unless given. */
  readonly name?: string;
  readonly now: Date;
  /** What a person said about the volumes behind required mounts. */
  readonly volumes?: readonly VolumeAnswer[];
  /** Keeps the labels of a pod that has a controlling owner. */
  readonly keepLabels?: boolean;
  /** Lets the init containers run again. */
  readonly keepInitContainers?: boolean;
  /** Name of the object that the checkpoints belong to; the references of the images unless given. */
  readonly checkpointSource?: string;
}
