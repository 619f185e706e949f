import Type, { type Static } from 'typebox';
import { parseDump } from './json.ts';

/** deleted.files: the paths that the container deleted from its base image; CRI-O and Podman delete them again on restore. */
const DeletedFiles = Type.Array(Type.String());

export type DeletedFiles = Static<typeof DeletedFiles>;

/** Reads deleted.files. Throws DUMP_INVALID and DUMP_TOO_LARGE. */
export function parseDeletedFiles(bytes: Uint8Array): DeletedFiles {
  return parseDump('deleted.files', bytes, DeletedFiles);
}
