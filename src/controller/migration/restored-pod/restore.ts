import type { RestartChoice } from '../../../checkpoint/restored-container.ts';
import type { Pod, Volume, VolumeMount } from '../../../kube/pod.ts';
import type { RestoreCheckpoint } from './checkpoint.ts';
import type { Row } from './rules/row.ts';

/** Everything that decides a restored pod, settled before its first field is written. */
export interface Restore {
  /** The pod that was checkpointed, or a bare one made of what the archives tell. */
  readonly source: Pod;
  readonly name: string;
  readonly targetNode?: string;
  /** By the container's name. */
  readonly checkpoints: ReadonlyMap<string, RestoreCheckpoint>;
  readonly method: RestoreMethod;
  /** What becomes of a restored container that starts once more. */
  readonly restart: RestartChoice;
  readonly annotations: MigrationAnnotations;
  readonly mounts: MountPlan;
  readonly keepLabels: boolean;
  readonly keepInitContainers: boolean;
}

/** A restore method: how the target node gets from the restored pod to the restored process. */
export interface RestoreMethod {
  readonly name: 'image' | 'runtime';
  /** Rows for fields of a container that this method decides; they stand before the common ones. */
  readonly containerRows: readonly Row[];
  /** Rows for fields of the spec that this method decides; they stand before the common ones. */
  readonly specRows: readonly Row[];
  /** Mounts that a container needs beside its own. */
  readonly mounts: (restore: Restore, container: string) => readonly Added<VolumeMount>[];
  /** Volumes that this method needs beside the pod's own. */
  readonly volumes: (restore: Restore) => readonly Added<Volume>[];
  /** Throws ENGINE_UNFIT, BASE_IMAGE_UNKNOWN or USAGE where a restore by this method must fail. */
  readonly check: (checkpoints: readonly RestoreCheckpoint[], restart: RestartChoice) => void;
  /** What the target node must have, one sentence each. */
  readonly demands: (checkpoints: readonly RestoreCheckpoint[]) => readonly string[];
}

/** Something that the source pod does not have, and why the restored pod gets it. */
export interface Added<T> {
  readonly item: T;
  readonly reason: string;
  /** What a person should know before applying the pod. */
  readonly note?: string;
}

/** Mounts that the checkpoints require and the source pod does not have. */
export interface MountPlan {
  readonly volumes: readonly Added<Volume>[];
  /** By the container's name. */
  readonly mounts: ReadonlyMap<string, readonly Added<VolumeMount>[]>;
}

/** The annotations that say where a restored pod comes from. */
export interface MigrationAnnotations {
  readonly 'migration.source-pod': string;
  readonly 'migration.target-node'?: string;
  readonly 'migration.checkpoint-source': string;
  /** RFC 3339, whole seconds, UTC. */
  readonly 'migration.timestamp': string;
}
