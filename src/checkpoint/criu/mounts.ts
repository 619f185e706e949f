import { bytesField, textField, uintField } from './field.ts';
import { entriesOf, type ImageEntry } from './image.ts';

/** A mount that CRIU makes when it restores. */
export interface FrozenMount {
  /** Path in the container. */
  readonly path: string;
  /** Which part of its file system is mounted; `/` is all of it. */
  readonly root: string;
  /** CRIU's number of the file system's type, see FILE_SYSTEMS. */
  readonly fileSystem: number;
  readonly readOnly: boolean;
  /**
   * The name under which the restoring runtime knows the mount's source, which is a bind mount's path in the container;
   * undefined for a mount that CRIU makes by itself, of whatever is in the image.
   */
  readonly external?: string;
  /** Whether a plugin of CRIU makes it. */
  readonly plugin: boolean;
}

/** `fstype`, images/mnt.proto. */
export const FILE_SYSTEMS = {
  proc: 1,
  sysfs: 2,
  tmpfs: 5,
  devpts: 6,
  cgroup: 12,
  mqueue: 14,
  overlay: 17,
  cgroup2: 23,
} as const;

/** `mnt_entry`, images/mnt.proto. */
const FSTYPE = 1;
const FLAGS = 5;
const ROOT = 6;
const MOUNTPOINT = 7;
const WITH_PLUGIN = 12;
const EXT_MOUNT = 13;
const EXT_KEY = 18;
/** linux/mount.h */
const MS_RDONLY = 1;

/** The mounts of one mount namespace, from mountpoints-<namespace>.img. Throws CRIU_IMAGE_INVALID. */
export function readMounts(image: string, bytes: Uint8Array): FrozenMount[] {
  return [...entriesOf(image, bytes, 'mountpoints')].map((entry) => readMount(image, bytes, entry));
}

function readMount(image: string, bytes: Uint8Array, entry: ImageEntry): FrozenMount {
  const text = (field: number): string => textField(image, bytes, entry, field) ?? '';
  const number = (field: number): number => uintField(image, bytes, entry, field) ?? 0;
  // Older CRIUs have the name of an external mount in place of its root (criu/mount.c, get_mp_root).
  const key = bytesField(image, bytes, entry, EXT_KEY) ? text(EXT_KEY) : undefined;
  const external = key ?? (number(EXT_MOUNT) !== 0 ? text(ROOT) : undefined);
  return {
    path: text(MOUNTPOINT),
    root: text(ROOT),
    fileSystem: number(FSTYPE),
    readOnly: (number(FLAGS) & MS_RDONLY) !== 0,
    ...(external === undefined ? {} : { external }),
    plugin: number(WITH_PLUGIN) !== 0,
  };
}
