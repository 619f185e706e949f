import { CHECKPOINT_PATH } from '../../checkpoint/restored-container.ts';
import { ThawError } from '../../errors.ts';
import type { BundleConfig, BundleMount } from './config.ts';
import { lowerFolders } from './lower-folders.ts';
import { engineOfBundle, type Owner, ownerOf } from './owner.ts';

/** A container's checkpoint image on the node's disk. */
export interface MountedImage {
  readonly owner: Owner;
  /** Folders of the image's content: where two have a file of one name, the first one's counts. */
  readonly folders: readonly string[];
}

/**
 * The checkpoint image that the kubelet had mounted for this container; undefined where nothing is mounted at
 * /.thaw/checkpoint. Anything else than an image volume is refused with CHECKPOINT_NOT_MOUNTED: a process gets its rights
 * from the checkpoint, so it must have come through a registry that the node pulls from, and not from a volume that
 * somebody else can write to.
 */
export function mountedImage(config: BundleConfig): MountedImage | undefined {
  const mounts = (config.mounts ?? []).filter(isCheckpointMount);
  const [mount] = mounts;
  if (mount === undefined) return undefined;
  if (mounts.length > 1) throw refused('two mounts are there');
  const owner = ownerOf(config);
  if (owner === undefined) throw refused('no kubelet asked for this container');
  return { owner, folders: foldersOf(mount, config, owner) };
}

/** Whether a mount of the bundle is that of the checkpoint image. */
export function isCheckpointMount({ destination }: BundleMount): boolean {
  return destination.replace(/\/+$/, '') === CHECKPOINT_PATH;
}

/**
 * CRI-O lays an overlay of the image's folders (server/container_create.go, mountImage); containerd binds the folder in
 * which it mounted the image for the sandbox (internal/cri/server/container_image_mount.go), whose name nobody knows
 * before the sandbox is there.
 */
function foldersOf(mount: BundleMount, config: BundleConfig, { sandbox }: Owner): readonly string[] {
  const { type, source = '', options = [] } = mount;
  if (engineOfBundle(config) === 'cri-o') {
    const folders = type === 'overlay' ? lowerFolders(options) : [];
    if (folders.length === 0) throw refused(`CRI-O mounts ${source || 'nothing'} of type ${type ?? 'none'} there`);
    return folders;
  }
  const [, id] = /\/image-volumes\/([^/]+)\/[0-9a-f]{64}$/.exec(source) ?? [];
  if (id !== sandbox) throw refused(`containerd binds ${source || 'nothing'} there`);
  return [source];
}

function refused(why: string): ThawError {
  return new ThawError('CHECKPOINT_NOT_MOUNTED', {
    message: `a restore needs the checkpoint image as an image volume of the pod at ${CHECKPOINT_PATH}, and ${why}`,
    next: 'mount the whole checkpoint image there, as thaw pod --method runtime does: volumes: [{name: checkpoint, image: {reference: ...}}]',
    facts: { path: CHECKPOINT_PATH, why },
  });
}
