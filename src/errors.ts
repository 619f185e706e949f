/**
 * Every way thaw can fail, once: a stable code, the kind that decides the exit code, and what the code means.
 * docs/errors.md is this table for people; a test fails when the two differ.
 */
export const ERROR_CODES = {
  // usage: the command or its arguments are wrong
  USAGE: { kind: 'usage', means: 'a command, option or argument is wrong' },
  REFERENCE_INVALID: { kind: 'usage', means: 'a text is no image reference' },
  INSECURE_LISTEN: { kind: 'usage', means: 'other machines could reach the registry without TLS or access rules' },
  ACCESS_INVALID: { kind: 'usage', means: 'the access file or the htpasswd file does not hold what it should' },
  TLS_INVALID: { kind: 'usage', means: 'the certificate or key to serve with cannot be read, or they do not fit' },
  NODE_TOO_OLD: { kind: 'usage', means: 'the running Node.js is older than thaw needs' },

  // archive: what stands in the checkpoint archive
  ARCHIVE_NOT_FOUND: { kind: 'archive', means: 'no file of that name' },
  ARCHIVE_UNREADABLE: { kind: 'archive', means: 'the file is there but cannot be read, or is no regular file' },
  ARCHIVE_EMPTY: { kind: 'archive', means: 'the file holds no bytes' },
  ARCHIVE_NOT_TAR: { kind: 'archive', means: 'the file is no tar archive, nor a gzip or zstd stream of one' },
  ARCHIVE_TRUNCATED: { kind: 'archive', means: 'the archive ends before its end mark and is not growing' },
  ARCHIVE_GROWING: { kind: 'archive', means: 'the archive has no end mark yet and is still being written' },
  ARCHIVE_CHANGED: { kind: 'archive', means: 'the archive changed while it was read' },
  ARCHIVE_CORRUPT: { kind: 'archive', means: 'a header or the compressed stream is damaged' },
  ARCHIVE_TOO_MANY_MEMBERS: { kind: 'archive', means: 'more members than the limit' },
  ARCHIVE_TOO_LARGE: { kind: 'archive', means: 'the archive, or a member, is larger than the limit' },
  DECOMPRESSION_BOMB: { kind: 'archive', means: 'compressed input grows beyond the limit on its ratio or size' },
  NOT_A_CHECKPOINT: { kind: 'archive', means: 'a tar archive, but without the files that every checkpoint has' },
  DUMP_TOO_LARGE: { kind: 'archive', means: 'a dump that must be read whole is larger than the limit' },
  DUMP_INVALID: { kind: 'archive', means: 'a dump is no JSON, or not of the shape that the engines write' },
  CRIU_IMAGE_INVALID: { kind: 'archive', means: "one of CRIU's images is not what it should be" },
  MEMBER_NAME_UNSAFE: { kind: 'archive', means: 'a member name is absolute, climbs with "..", or is no plain path' },
  MEMBER_TYPE_UNSAFE: { kind: 'archive', means: 'a member is neither a regular file nor a folder' },
  MEMBER_WHITEOUT: { kind: 'archive', means: 'a member name that an image layer takes for a whiteout' },
  MEMBER_DUPLICATE: { kind: 'archive', means: 'two members of one name' },
  BIND_MOUNT_UNKNOWN: { kind: 'archive', means: 'bind.mounts names a destination that is no mount of the container' },
  CDI_ANNOTATION: { kind: 'archive', means: 'spec.dump carries a cdi.k8s.io/ annotation, which asks for host devices' },
  ROOTFS_DIFF_ESCAPES: {
    kind: 'archive',
    means: 'a name or link in rootfs-diff.tar, or a path in deleted.files, leaves the root',
  },
  IMAGE_NOT_CHECKPOINT: { kind: 'archive', means: 'the reference names an image that thaw did not make' },

  // denied: credentials
  UNAUTHORIZED: { kind: 'denied', means: 'the registry wants credentials, or refuses those it got' },
  CREDENTIALS_UNREADABLE: { kind: 'denied', means: 'a credentials file or helper does not give what it should' },

  // registry: the other side of the wire
  REGISTRY_UNREACHABLE: { kind: 'registry', means: 'no connection, or it broke too often' },
  REGISTRY_REFUSED: { kind: 'registry', means: 'the registry answered with an error' },
  REGISTRY_PROTOCOL: {
    kind: 'registry',
    means: 'the registry answered something that the specification does not allow',
  },
  REGISTRY_FULL: { kind: 'registry', means: 'the registry has no room left' },
  PLAIN_HTTP_REFUSED: { kind: 'registry', means: 'plain HTTP to an address that is not loopback' },
  NOT_FOUND: { kind: 'registry', means: 'no such manifest, blob or repository' },
  DIGEST_MISMATCH: { kind: 'registry', means: 'bytes that do not have the digest they should have' },

  // conflict: something else is already there
  TAG_TAKEN: { kind: 'conflict', means: 'the tag already names another digest' },
  FILE_EXISTS: { kind: 'conflict', means: 'the file to be written is already there' },
  STORE_IN_USE: { kind: 'conflict', means: "another program is at work in the registry's data folder" },

  // storage: this machine's disk
  STORAGE_FULL: { kind: 'storage', means: 'no room left on this disk' },
  STORAGE_FAILED: { kind: 'storage', means: 'this disk or folder cannot be read or written' },
  STORE_DAMAGED: { kind: 'storage', means: "the registry's data folder holds damaged blobs, or lacks some" },
  LISTEN_FAILED: { kind: 'storage', means: 'the address cannot be listened on' },

  // program: a program that thaw runs
  PROGRAM_MISSING: { kind: 'program', means: 'a program that this needs is not installed' },
  PROGRAM_FAILED: { kind: 'program', means: 'a program that thaw ran failed' },

  // pod: the restored pod cannot be written
  MOUNT_UNKNOWN: { kind: 'pod', means: 'the restored pod must have a mount whose kind nothing tells' },
  POD_INVALID: { kind: 'pod', means: 'the pod given with --from is no pod, or not the one of the archives' },
  BASE_IMAGE_UNKNOWN: { kind: 'pod', means: 'nothing tells which base image exactly the restored pod must name' },
  ENGINE_UNFIT: {
    kind: 'pod',
    means: 'the engine that made a checkpoint cannot restore it by the restore method asked for',
  },

  // cluster: Kubernetes
  KUBECONFIG_INVALID: {
    kind: 'usage',
    means: 'no kubeconfig is there, or it cannot be read, or it lacks the context, or its credentials cannot be had',
  },
  CLUSTER_DENIED: { kind: 'denied', means: 'the API server wants other credentials, or its rules forbid the call' },
  CLUSTER_UNREACHABLE: { kind: 'cluster', means: 'no connection to the API server, or no answer in time' },
  CLUSTER_REFUSED: { kind: 'cluster', means: 'the API server answered with an error' },
  OBJECT_NOT_FOUND: { kind: 'cluster', means: 'the cluster has no object of that name' },

  // restore: the thaw runtime does not restore a container, so the container does not start
  BUNDLE_INVALID: { kind: 'restore', means: "the node's runtime made a bundle that is not as the OCI runtime has it" },
  CHECKPOINT_NOT_MOUNTED: {
    kind: 'restore',
    means: 'what is at /.thaw/checkpoint is no image volume that the kubelet mounted for this container',
  },
  CHOICE_INVALID: {
    kind: 'restore',
    means: 'THAW_RESTART or THAW_COMMAND of the container says nothing that thaw knows',
  },
  MOUNT_MISSING: { kind: 'restore', means: 'the container lacks a mount that it had when it was frozen' },
  RIGHTS_EXCEEDED: { kind: 'restore', means: 'the checkpoint asks for more rights than its pod gives' },
  ROOTFS_DIFF_FAILED: { kind: 'restore', means: "the container's changed files cannot be put back into its root" },
  RESTORED_BEFORE: { kind: 'restore', means: 'the checkpoint was restored on this node before' },
  RECORD_FAILED: { kind: 'restore', means: 'the record of what was restored on this node cannot be read or written' },
  RESTORE_FAILED: { kind: 'restore', means: 'CRIU or runc failed to restore the container' },

  // node: thaw node cannot do on this node what it should
  NODE_RUNTIME_UNKNOWN: { kind: 'node', means: "it is not clear which runtime the node's kubelet uses" },
  NODE_RUNTIME_SILENT: { kind: 'node', means: "the node's runtime does not answer on its socket" },
  NODE_RUNTIME_TOO_OLD: { kind: 'node', means: "the node's runtime cannot mount an image as a volume" },
  NODE_CONFIG_UNREADABLE: { kind: 'node', means: "the configuration of the node's runtime is no TOML" },
  NODE_CONFIG_CLASH: { kind: 'node', means: "thaw's drop-in would change more of the runtime than one handler" },
  NODE_IMPORTS_MISSING: { kind: 'node', means: "the node's runtime reads no drop-ins, and its file may not be edited" },
  NODE_REGISTRY_CLASH: { kind: 'node', means: "the node's registries are configured in a way that excludes another" },
  NODE_RUNC_MISSING: { kind: 'node', means: "the node's runtime has no runc whose options could be copied" },
  NODE_HANDLER_TAKEN: { kind: 'node', means: 'somebody else gave the runtime a handler of the name thaw' },
  NODE_HANDLER_MISSING: { kind: 'node', means: 'the runtime does not list the handler thaw, or still does' },
  NODE_RESTART_NEEDED: { kind: 'node', means: 'the runtime must be restarted to take in the handler, and was not' },
  NODE_RESTART_FAILED: { kind: 'node', means: "the node's runtime could not be restarted or told to reload" },
  NODE_FILE_CHANGED: { kind: 'node', means: 'a file that thaw put on the node is not as thaw left it' },
  NODE_MANIFEST_INVALID: { kind: 'node', means: 'the record of what thaw put on the node cannot be read' },
  NODE_IN_USE: { kind: 'node', means: 'pods of RuntimeClass thaw are on the node' },
  NODE_EXECUTABLE_NEEDED: { kind: 'node', means: 'this thaw is not the one executable that a node needs' },

  CANCELLED: { kind: 'cancelled', means: 'a person or a parent stopped it' },
  INTERNAL: { kind: 'internal', means: 'a fault of thaw itself' },
} as const satisfies Record<string, { kind: string; means: string }>;

/** A stable name that callers match on; never match on message text. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** What kind of failure a code is; the kind decides the exit code. */
export type ErrorKind = (typeof ERROR_CODES)[ErrorCode]['kind'];

/** The process's exit code for each kind of error. */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  internal: 1,
  usage: 2,
  archive: 3,
  registry: 4,
  denied: 5,
  conflict: 6,
  storage: 7,
  program: 8,
  pod: 9,
  cluster: 10,
  restore: 11,
  node: 12,
  cancelled: 130,
};

/** A fact of an error: plain data, ready for a log line or `--json`. */
export type Fact = string | number | boolean | null | readonly Fact[] | { readonly [key: string]: Fact };

/** What a ThawError is built from. */
export interface ErrorDetails {
  /** One sentence without a full stop: what was wanted and what was found. */
  readonly message: string;
  /** One sentence without a full stop, in the imperative: what a person can do now. */
  readonly next: string;
  /** The facts as fields; never a credential, never memory from an archive. */
  readonly facts?: Readonly<Record<string, Fact>>;
  readonly cause?: unknown;
}

/** The one error that thaw's functions throw on purpose. */
export class ThawError extends Error {
  override readonly name = 'ThawError';
  readonly code: ErrorCode;
  /** What was wanted and found, without the advice. */
  readonly found: string;
  /** What a person can do now. */
  readonly next: string;
  readonly facts: Readonly<Record<string, Fact>>;

  constructor(code: ErrorCode, { message, next, facts = {}, cause }: ErrorDetails) {
    super(`${message}. ${capitalise(next)}.`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.found = message;
    this.next = next;
    this.facts = facts;
  }

  /** The kind of this error's code. */
  get kind(): ErrorKind {
    return ERROR_CODES[this.code].kind;
  }

  /** The error as plain data, for `--json` and logs. */
  toJSON(): { code: ErrorCode; kind: ErrorKind; message: string; next: string; facts: Readonly<Record<string, Fact>> } {
    return { code: this.code, kind: this.kind, message: this.found, next: this.next, facts: this.facts };
  }
}

/** Something worth knowing that stops nothing: a code, a sentence, the facts. */
export interface Warning {
  readonly code: WarningCode;
  readonly message: string;
  readonly facts: Readonly<Record<string, Fact>>;
}

/** Every warning, once. */
export const WARNING_CODES = {
  TRAILING_DATA: 'bytes stand behind the end mark of the archive; they are not part of it and are not pushed',
  PAGES_COMPRESSED: 'the memory pages are compressed (LZ4, CRIU 4.3); the target node needs a CRIU that can read them',
  CHECK_ALLOWED: 'a check failed, and --allow lets the conversion go on',
  FORMAT_NEWER: 'the image was written by a newer thaw; what this one does not know is passed over',
} as const;

/** A stable name of a warning. */
export type WarningCode = keyof typeof WARNING_CODES;

/** Whether a caught value is a ThawError of this code. */
export function isThawError(error: unknown, code?: ErrorCode): error is ThawError {
  return error instanceof ThawError && (code === undefined || error.code === code);
}

/** Node's errno code (`ENOENT`, `ENOSPC`, ...) of a caught value, if it carries one. */
export function errnoOf(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return undefined;
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
