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
  /** Volumes that this method needs beside the pod's own; `taken` are the names that are in use. */
  readonly volumes: (checkpoints: readonly RestoreCheckpoint[], taken: ReadonlySet<string>) => readonly Added<Volume>[];
  /** Throws ENGINE_UNFIT where the engine that made a checkpoint cannot restore it by this method. */
  readonly check: (checkpoints: readonly RestoreCheckpoint[]) => void;
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
