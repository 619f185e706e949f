import { diffFailed, type RootFolder } from './root-folder.ts';

/** Deletes again what the container had deleted of its base image. Throws ROOTFS_DIFF_ESCAPES, ROOTFS_DIFF_FAILED. */
export function deleteFiles(root: RootFolder, paths: readonly string[]): void {
  try {
    for (const path of paths) root.remove(path);
  } catch (cause) {
    throw diffFailed('deleted.files', cause);
  }
}
