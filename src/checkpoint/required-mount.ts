/** A bind mount that the restored container must have at the same path. */
export interface RequiredMount {
  /** Path in the container. */
  readonly destination: string;
  readonly readOnly: boolean;
  /**
   * What the mount's source on the source node tells of the volume behind it: the kubelet's folder names carry the
   * volume's plugin and name. Undefined where the source tells nothing.
   */
  readonly volume?: { readonly kind: VolumeKind; readonly name?: string };
}

/** Kinds of volume that a source path tells apart; hostPath never does, see volumeOf. */
export const VOLUME_KINDS = [
  'emptyDir',
  'configMap',
  'secret',
  'projected',
  'downwardAPI',
  'csi',
  'hostPath',
  'serviceAccount',
] as const;

export type VolumeKind = (typeof VOLUME_KINDS)[number];
