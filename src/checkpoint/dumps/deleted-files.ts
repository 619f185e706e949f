import * as v from 'valibot';
import { parseDump } from './json.ts';

/** deleted.files: the paths that the container deleted from its base image; CRI-O and Podman delete them again on restore. */
const DeletedFiles = v.array(v.string());

export type DeletedFiles = v.InferOutput<typeof DeletedFiles>;

/** Reads deleted.files. Throws DUMP_INVALID and DUMP_TOO_LARGE. */
export function parseDeletedFiles(bytes: Uint8Array): DeletedFiles {
  return parseDump('deleted.files', bytes, DeletedFiles);
}
