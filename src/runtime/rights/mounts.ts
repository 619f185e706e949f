import { quote } from '../../checkpoint/checks/finding.ts';
import { FILE_SYSTEMS, type FrozenMount } from '../../checkpoint/criu/mounts.ts';
import type { BundleConfig, BundleMount } from '../bundle/config.ts';

/**
 * What the mounts of a checkpoint would let the container reach or write beyond its pod: CRIU makes them as the images
 * say, with their flags. Undefined where there is nothing. `exists` tells whether the node has a path of /proc.
 */
export function exceedsMounts(
  mounts: readonly FrozenMount[],
  config: BundleConfig,
  exists: (path: string) => boolean,
): string | undefined {
  for (const mount of mounts) {
    const why = exceeds(mount, config);
    if (why !== undefined) return `would have ${quote(mount.path)} ${why}`;
  }
  const open = (config.linux?.readonlyPaths ?? []).find((path) => isOpen(path, mounts) && exists(path));
  return open === undefined ? undefined : `could write to ${open}, which every container has read-only`;
}

function exceeds(mount: FrozenMount, config: BundleConfig): string | undefined {
  if (mount.plugin) return 'mounted by a plugin of CRIU';
  if (mount.path === '/') return rootExceeds(mount, config);
  if (mount.external === undefined && OWN.includes(mount.fileSystem)) return undefined;
  const covering = coveringMount(mount.external ?? mount.path, config);
  if (covering !== undefined && isReadOnly(covering) && !mount.readOnly) return 'writable, and the pod read-only';
  if (mount.external !== undefined) return undefined;
  return isHarmless(mount)
    ? undefined
    : `of a file system (CRIU's type ${mount.fileSystem}) that containers do not mount`;
}

/** The root is the one that runc has put in place, wherever CRIU's image says that it was. */
function rootExceeds({ readOnly }: FrozenMount, { root }: BundleConfig): string | undefined {
  return root.readonly === true && !readOnly ? 'writable, and the pod has readOnlyRootFilesystem: true' : undefined;
}

/** The mount of the bundle at a path; for cgroups, which are mounted each in a folder of their own, the one above. */
function coveringMount(path: string, { mounts = [] }: BundleConfig): BundleMount | undefined {
  const at = (wanted: string): BundleMount | undefined => mounts.findLast(({ destination }) => destination === wanted);
  return at(path) ?? (path.startsWith('/sys/fs/cgroup/') ? at('/sys/fs/cgroup') : undefined);
}

function isReadOnly({ options = [] }: BundleMount): boolean {
  return ['ro', 'rro'].includes(options.findLast((option) => ['ro', 'rro', 'rw', 'rrw'].includes(option)) ?? '');
}

const { proc, sysfs, tmpfs, devpts, cgroup, cgroup2, mqueue } = FILE_SYSTEMS;
/** What is the container's own, in namespaces of its own, or holds only what is in the images. */
const OWN: readonly number[] = [tmpfs, devpts, mqueue];
/** What is the kernel's, and may be only where every container has it. */
const KERNELS: readonly (readonly [fileSystem: number, path: string])[] = [
  [proc, '/proc'],
  [sysfs, '/sys'],
  [cgroup, '/sys/fs/cgroup'],
  [cgroup2, '/sys/fs/cgroup'],
];

function isHarmless({ fileSystem, path, readOnly, root }: FrozenMount): boolean {
  return KERNELS.some(([kind, home]) => {
    if (kind !== fileSystem) return false;
    return path === home ? kind !== proc || root === '/' : readOnly && path.startsWith(`${home}/`);
  });
}

/** Paths that lead into the node's kernel for whoever is root, with or without capabilities. */
const KERNEL_SETTINGS = ['/proc/sys', '/proc/sysrq-trigger', '/proc/irq', '/proc/bus', '/proc/fs'];

function isOpen(path: string, mounts: readonly FrozenMount[]): boolean {
  return KERNEL_SETTINGS.includes(path) && !mounts.some((mount) => mount.path === path && mount.readOnly);
}
