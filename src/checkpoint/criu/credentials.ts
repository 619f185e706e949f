import { onlyBytesField, uintField, uintFields } from './field.ts';
import { firstEntry, type ImageEntry } from './image.ts';
import { imageInvalid } from './invalid.ts';

/** What a thread is allowed to do when it is restored. */
export interface Credentials {
  /** Real, effective, saved and file system user IDs, in the container's user namespace. */
  readonly uids: readonly number[];
  /** Every capability that is in any of its sets, bit n for number n. */
  readonly capabilities: bigint;
  /** No program that it starts gets more rights than it has. */
  readonly noNewPrivileges: boolean;
  /** Whether a seccomp filter is put on it. The kernel shares a process's filter among its threads, and CRIU notes it with the first. */
  readonly filtered: boolean;
}

/** `core_entry.tc` and `thread_core`, images/core.proto. */
const TASK_CORE = 3;
const THREAD_CORE = 5;
/** `task_core_entry.task_state`, and its value for a process that has ended and waits for its parent (criu/include/crtools.h). */
const TASK_STATE = 1;
const TASK_DEAD = 2;
/** `thread_core_entry` */
const CREDS = 10;
const SECCOMP_MODE = 11;
/** linux/seccomp.h */
const SECCOMP_MODE_FILTER = 2;
/** `creds_entry`, images/creds.proto: uid, euid, suid, fsuid. */
const UIDS = [1, 3, 5, 7];
/** inheritable, permitted, effective, bounding, ambient: 32 bits in each number, the lowest first. */
const CAPABILITY_SETS = [9, 10, 11, 12, 19];
const NO_NEW_PRIVS = 18;

/**
 * The credentials of the thread in a core-<tid>.img; undefined for a process that has ended, which has none. Throws CRIU_IMAGE_INVALID, also where they are not there: CRIU would
 * then read them elsewhere (criu/cr-restore.c, prep_creds_from_images).
 */
export function readCredentials(image: string, bytes: Uint8Array): Credentials | undefined {
  const core = firstEntry(image, bytes, 'core');
  if (hasEnded(image, bytes, core)) return undefined;
  const thread = only(image, bytes, core, THREAD_CORE);
  const creds = only(image, bytes, thread, CREDS);
  return {
    uids: UIDS.map((field) => uintField(image, bytes, creds, field) ?? 0),
    capabilities: CAPABILITY_SETS.map((field) => bits(uintFields(image, bytes, creds, field))).reduce((a, b) => a | b),
    noNewPrivileges: uintField(image, bytes, creds, NO_NEW_PRIVS) === 1,
    filtered: uintField(image, bytes, thread, SECCOMP_MODE) === SECCOMP_MODE_FILTER,
  };
}

function hasEnded(image: string, bytes: Uint8Array, core: ImageEntry): boolean {
  const task = onlyBytesField(image, bytes, core, TASK_CORE);
  if (task === undefined || onlyBytesField(image, bytes, core, THREAD_CORE) !== undefined) return false;
  return uintField(image, bytes, task, TASK_STATE) === TASK_DEAD;
}

function only(image: string, bytes: Uint8Array, entry: ImageEntry, field: number): ImageEntry {
  const found = onlyBytesField(image, bytes, entry, field);
  if (found === undefined)
    throw imageInvalid(image, entry.start, `it has no field ${field}, with a thread's credentials`);
  return found;
}

function bits(words: readonly number[]): bigint {
  return words.reduce((all, word, index) => all | (BigInt(word) << BigInt(32 * index)), 0n);
}
