/**
 * The parts of Kubernetes' Pod (core/v1) that thaw looks into; everything else is carried along unseen. The types are
 * structural: what `kubectl get pod -o json` gives and the Kubernetes client's V1Pod both fit.
 */
export interface Pod {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
  readonly spec?: PodSpec;
  readonly status?: PodStatus;
}

export interface ObjectMeta {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly nodeName?: string;
  readonly restartPolicy?: string;
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly imagePullPolicy?: string;
  /** `Always` makes an init container a sidecar: it runs as long as the pod does. */
  readonly restartPolicy?: string;
  readonly terminationMessagePath?: string;
  readonly volumeMounts?: readonly VolumeMount[];
}

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
}

export interface Volume {
  readonly name: string;
  readonly emptyDir?: object;
  readonly ephemeral?: object;
  readonly projected?: object;
  readonly hostPath?: { readonly path: string };
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly configMap?: { readonly name?: string };
  readonly secret?: { readonly secretName?: string };
  readonly image?: { readonly reference?: string; readonly pullPolicy?: string };
}

export interface PodStatus {
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
}

export interface ContainerStatus {
  readonly name: string;
  /** `<repository>@sha256:...` of the image that the container was created from. */
  readonly imageID: string;
}
