import { resolve } from 'node:path';
import { isCheckpointMount } from './checkpoint-mount.ts';
import type { Bundle, BundleConfig, BundleMount } from './config.ts';
import { isBind } from './mounts.ts';

/** What a restored container's config has beyond the engine's. */
export interface Additions {
  /** The stand-ins, made on this node. */
  readonly mounts: readonly BundleMount[];
  /** CRIU's configuration file for this restore. */
  readonly criuConfig: string;
}

/** runc's name for it; without it runc has CRIU read the node's /etc/criu/runc.conf (runc, man 8 runc-restore). */
const CRIU_CONFIG = 'org.criu.config';

/** The config of a container that is restored: the checkpoint image is out of its sight. For a folder of its own. */
export function restoredConfig(bundle: Bundle, { mounts, criuConfig }: Additions): BundleConfig {
  const config = withoutCheckpoint(bundle);
  return {
    ...config,
    mounts: [...(config.mounts ?? []), ...mounts],
    annotations: { ...config.annotations, [CRIU_CONFIG]: criuConfig },
  };
}

/** The config of a container that starts as any other: its program in place of the one that no image has. */
export function coldConfig(bundle: Bundle, command: readonly string[]): BundleConfig {
  const config = withoutCheckpoint(bundle);
  return { ...config, process: { ...config.process, args: [...command] } };
}

/** Paths may be relative to the bundle's folder, which the new config is not in. */
function withoutCheckpoint({ folder, config }: Bundle): BundleConfig {
  const mounts = config.mounts?.filter((mount) => !isCheckpointMount(mount)).map((mount) => fromFolder(folder, mount));
  return {
    ...config,
    root: { ...config.root, path: resolve(folder, config.root.path) },
    ...(mounts === undefined ? {} : { mounts }),
  };
}

function fromFolder(folder: string, mount: BundleMount): BundleMount {
  return mount.source !== undefined && isBind(mount) ? { ...mount, source: resolve(folder, mount.source) } : mount;
}
