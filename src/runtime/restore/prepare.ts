import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from '../bundle/config.ts';
import { standInsFor } from '../bundle/mounts.ts';
import { restoredConfig } from '../bundle/rewrite.ts';
import type { ContainerPaths } from '../container/paths.ts';
import type { Checkpoint } from '../image/checkpoint.ts';
import type { CheckpointImage } from '../image/image.ts';
import { applyRootfsDiff } from '../rootfs/apply-diff.ts';
import { deleteFiles } from '../rootfs/delete-files.ts';
import { RootFolder } from '../rootfs/root-folder.ts';
import { criuConfig } from './criu-config.ts';
import { makeStandIns } from './stand-ins.ts';

/** A restore that is decided. */
export interface Restore {
  readonly id: string;
  readonly bundle: Bundle;
  readonly image: CheckpointImage;
  readonly checkpoint: Checkpoint;
  readonly paths: ContainerPaths;
}

const NODES_CRIU_CONFIG = '/etc/criu/runc.conf';

/**
 * Lays out all that `runc restore` needs: the container's files as they were, and a bundle of its own beside the engine's,
 * which stays as it is. Gives what could not be carried over. Throws MOUNT_MISSING, ROOTFS_DIFF_ESCAPES,
 * ROOTFS_DIFF_FAILED, BUNDLE_INVALID.
 */
export function prepare({ id, bundle, image, checkpoint, paths }: Restore): string[] {
  const standIns = standInsFor(checkpoint.spec, bundle.config);
  const config = restoredConfig(bundle, { mounts: [], criuConfig: paths.criuConfig });
  const root = new RootFolder(config.root.path);
  const notes = restoreRoot(root, image, checkpoint, hasDevices(bundle));
  const mounts = makeStandIns(standIns, { config, paths, id, root });
  writeFileSync(paths.criuConfig, criuConfig(nodesCriuConfig(), checkpoint), { mode: 0o600 });
  mkdirSync(paths.work, { mode: 0o700 });
  writeBundle(paths, restoredConfig(bundle, { mounts, criuConfig: paths.criuConfig }));
  return notes;
}

/** Writes the bundle that runc is given. */
export function writeBundle(paths: ContainerPaths, config: object): void {
  mkdirSync(paths.bundle, { recursive: true, mode: 0o700 });
  writeFileSync(join(paths.bundle, 'config.json'), JSON.stringify(config), { mode: 0o600 });
}

function restoreRoot(root: RootFolder, image: CheckpointImage, checkpoint: Checkpoint, devices: boolean): string[] {
  const { engine, deletedFiles, rootMode } = checkpoint;
  const path = image.pathOf('rootfs-diff.tar');
  const notes = path === undefined ? [] : applyRootfsDiff(root, { path, engine, devices });
  deleteFiles(root, deletedFiles);
  chmodSync(root.path, rootMode);
  return notes;
}

function hasDevices({ config }: Bundle): boolean {
  return config.process?.capabilities?.bounding?.includes('CAP_MKNOD') ?? false;
}

function nodesCriuConfig(): string {
  try {
    return readFileSync(NODES_CRIU_CONFIG, 'utf8');
  } catch {
    return '';
  }
}
