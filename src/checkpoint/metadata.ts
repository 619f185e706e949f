import type { RequiredMount } from './required-mount.ts';

export type EngineName = 'cri-o' | 'containerd' | 'podman';

/**
 * What an archive says about itself, in one shape whichever engine made it. A field that the engine does not record is
 * undefined, never guessed. Times are RFC 3339 in UTC.
 */
export interface CheckpointMetadata {
  readonly engine: { readonly name: EngineName; readonly version?: string };
  readonly container: { readonly name: string; readonly id: string };
  /** Undefined for a container that lives in no pod (Podman's). */
  readonly pod?: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly baseImage: {
    /** As the user wrote it or the engine shows it: `docker.io/library/nginx:1.27`. */
    readonly name: string;
    /** The engine's image ID, hex without an algorithm; CRI-O looks the base image up by it. */
    readonly id?: string;
    /** `<repository>@sha256:...`: the exact base image, what the target node must have. */
    readonly repoDigest?: string;
  };
  /** Name of the OCI runtime as the engine records it: `runc`, `io.containerd.runc.v2`. */
  readonly runtime: string;
  /** When the container was created. */
  readonly createdAt?: string;
  /** When it was checkpointed; for an archive that does not say (Podman's), the newest member's time. */
  readonly checkpointedAt: string;
  /** Go's name of the CPU architecture that CRIU froze: `amd64`, `arm64`, ... */
  readonly architecture: string;
  /** Bind mounts that the restored container must have at the same path, without those that runtimes or the kubelet supply. */
  readonly requiredMounts: readonly RequiredMount[];
  readonly memory: {
    /** Pages of memory in the archive, all processes together. */
    readonly pages: number;
    /** The same in bytes. */
    readonly bytes: number;
    /** True when CRIU compressed the pages (4.3, LZ4). */
    readonly compressed: boolean;
  };
  /** Open TCP sockets at the time of the checkpoint. */
  readonly tcp: { readonly listening: number; readonly connected: number };
}
