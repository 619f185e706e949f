/** Where a bundle's parts are, as the node sees them. */
export interface BundlePlaces {
  readonly rootfs: string;
  /** A folder with a file for each bind mount, called as `fileOf` says. */
  readonly files: string;
  readonly netns: string;
}

/** An OCI runtime specification, as far as a restore by hand changes it. */
interface Spec {
  readonly mounts?: readonly { readonly destination: string; readonly type?: string }[];
  readonly linux?: { readonly namespaces?: readonly { readonly type: string }[] };
}

/**
 * The config.json of a bundle in which `runc restore` wakes a checkpoint without an engine: the specification that the
 * container was checkpointed with (spec.dump), but in namespaces and a cgroup of its own and with a network namespace
 * that is there, and with stand-ins for the files that the engine and the kubelet of the other node had mounted.
 */
export function bundleConfig(spec: Spec, { rootfs, files, netns }: BundlePlaces): object {
  const mounts = spec.mounts?.map((mount) =>
    mount.type === 'bind' ? { ...mount, source: `${files}/${fileOf(mount.destination)}` } : mount,
  );
  const namespaces = spec.linux?.namespaces?.map(({ type }) => (type === 'network' ? { type, path: netns } : { type }));
  return { ...spec, root: { path: rootfs }, mounts, linux: { ...spec.linux, namespaces, cgroupsPath: '/by-hand' } };
}

/** The destinations of a specification's bind mounts. */
export function bindMounts({ mounts = [] }: Spec): string[] {
  return mounts.filter(({ type }) => type === 'bind').map(({ destination }) => destination);
}

/** `/etc/hosts` → `_etc_hosts` */
export function fileOf(destination: string): string {
  return destination.replaceAll('/', '_');
}
