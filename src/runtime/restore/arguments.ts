import type { BundleConfig } from '../bundle/config.ts';
import type { Call } from '../call/call.ts';
import type { ContainerPaths } from '../container/paths.ts';

/** Where `runc restore` finds things. */
export interface RestorePlace {
  readonly paths: ContainerPaths;
  /** The folder with CRIU's images. */
  readonly images: string;
  readonly config: BundleConfig;
}

/** Options of `create` that `restore` has too. */
const SHARED = ['pid-file', 'console-socket'];

/**
 * The arguments of the `runc restore` that takes the place of a `create` (runc 1.1 to 1.4, man 8 runc-restore). CRIU leaves
 * the cgroups alone, whatever the node's configuration of it says: runc puts the processes into those of the new pod. A
 * runc without a log of its own would quote CRIU's on the standard error.
 */
export function restoreArguments(call: Call, { paths, images, config }: RestorePlace): string[] {
  const { globals, global, options, id = '' } = call;
  return [
    ...globals,
    ...(global.has('log') ? [] : ['--log', paths.log, '--log-format', 'json']),
    'restore',
    '--detach',
    ...['--bundle', paths.bundle],
    ...['--image-path', images],
    ...['--work-path', paths.work],
    ...['--manage-cgroups-mode', 'ignore'],
    // Without it CRIU refuses images that have locks; with it others are restored all the same.
    '--file-locks',
    ...SHARED.flatMap((name) => (options.has(name) ? [`--${name}`, options.get(name) ?? ''] : [])),
    ...(options.has('no-pivot') ? ['--no-pivot'] : []),
    ...securityOptions(config),
    id,
  ];
}

/** The processes wake under the profile that the engine chose for the new container, and not under the old one's. */
function securityOptions({ process = {}, linux = {} }: BundleConfig): string[] {
  const { apparmorProfile, selinuxLabel } = process;
  return [
    ...(selinuxLabel ? ['--lsm-profile', `selinux:${selinuxLabel}`] : []),
    ...(apparmorProfile && !selinuxLabel ? ['--lsm-profile', `apparmor:${apparmorProfile}`] : []),
    ...(linux.mountLabel ? ['--lsm-mount-context', linux.mountLabel] : []),
  ];
}
