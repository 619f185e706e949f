/** What else is known of a container that failed to be restored; whatever is unknown is left out. */
export interface FailureContext {
  readonly image?: ImageContext;
  readonly node?: NodeContext;
  readonly pod?: PodContext;
}

/** The manifest that the reference of a checkpoint image resolves to. */
export interface ImageContext {
  readonly reference: string;
  readonly mediaType: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface NodeContext {
  readonly name?: string;
  /** `containerd` or `cri-o` and its version, from the node's `containerRuntimeVersion`. */
  readonly engine?: { readonly name: string; readonly version: string };
  /** Go's name: `amd64`, `arm64`. */
  readonly architecture?: string;
  /** Whether its kubelet says that it is ready. */
  readonly ready?: boolean;
  /** Names of the runtime handlers; undefined where the node does not list them. */
  readonly handlers?: readonly string[];
}

/** What the pod says of one of its containers. */
export interface PodContext {
  /** `image`: the container's image is the checkpoint image. `runtime`: it is mounted, and the thaw runtime restores it. */
  readonly method: 'image' | 'runtime';
  /** Paths in the container at which the pod, the kubelet or admission mounts something. */
  readonly mounts: readonly string[];
  /** Whether the pod sets a command or arguments. */
  readonly command: boolean;
  readonly restartPolicy: string;
  readonly runtimeClass?: string;
  /** References of the pod's image volumes. */
  readonly volumeImages: readonly string[];
  /** Of the last time that the container's program ended. */
  readonly exitCode?: number;
}
