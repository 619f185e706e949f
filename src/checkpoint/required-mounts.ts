import type { SpecDump, SpecMount } from './dumps/spec-dump.ts';
import { volumeOf } from './mount-source.ts';
import type { RequiredMount } from './required-mount.ts';
import { CHECKPOINT_PATH } from './restored-container.ts';

/** Mounts that every runtime makes by itself (CRI-O, server/container_restore.go, its list of ignored mounts). */
const RUNTIMES_OWN = [
  '/proc',
  '/dev',
  '/dev/pts',
  '/dev/mqueue',
  '/sys',
  '/sys/fs/cgroup',
  '/dev/shm',
  '/etc/resolv.conf',
  '/etc/hostname',
  '/etc/passwd',
  '/etc/group',
  '/run/secrets',
  '/run/.containerenv',
];
/** Files that the kubelet adds to every container. */
const KUBELETS_OWN = ['/etc/hosts', '/dev/termination-log'];
// After a restore by the thaw runtime spec.dump lists the checkpoint's mount, but the process does not have it.
const SUPPLIED: ReadonlySet<string> = new Set([...RUNTIMES_OWN, ...KUBELETS_OWN, CHECKPOINT_PATH]);

/** The kubelet's file behind a container's terminationMessagePath, wherever that is: `<root>/pods/<uid>/containers/<name>/<id>`. */
const TERMINATION_LOG = /\/pods\/[^/]+\/containers\/[^/]+\/[^/]+$/;

/**
 * The bind mounts in spec.dump that a restored container must have, in spec.dump's order; those that the runtimes or the
 * kubelet supply are left out. Of two mounts at one path the last counts, as it does in the container.
 */
export function requiredMounts({ mounts = [] }: SpecDump): RequiredMount[] {
  const required = mounts.filter((mount) => isBind(mount) && !isSupplied(mount)).map(requiredMount);
  return [...new Map(required.map((mount) => [mount.destination, mount])).values()];
}

/** A bind mount by its type, or by an option: runtimes accept both. */
function isBind({ type, options = [] }: SpecMount): boolean {
  return type === 'bind' || options.includes('bind') || options.includes('rbind');
}

function isSupplied({ destination, source = '' }: SpecMount): boolean {
  return SUPPLIED.has(destination) || TERMINATION_LOG.test(source);
}

function requiredMount({ destination, source = '', options = [] }: SpecMount): RequiredMount {
  const access = options.findLast((option) => option === 'ro' || option === 'rw');
  const volume = volumeOf(destination, source);
  return { destination, readOnly: access === 'ro', ...(volume === undefined ? {} : { volume }) };
}
