import { bytesField, textField, varintField } from './field.ts';
import { entriesOf } from './image.ts';

/** `file_entry.reg`, images/fdinfo.proto. */
const REGULAR = 3;
/** `reg_file_entry`, images/regfile.proto. */
const NAME = 6;
const MODE = 10;
const PERMISSIONS = 0o7777;

/**
 * The permission bits that the container's root folder had, from files.img: each process has it open as its root, and
 * CRIU refuses to restore where they differ (criu/files-reg.c, validate_file). Undefined where no process has.
 * Throws CRIU_IMAGE_INVALID.
 */
export function readRootMode(image: string, bytes: Uint8Array): number | undefined {
  for (const entry of entriesOf(image, bytes, 'files')) {
    const file = bytesField(image, bytes, entry, REGULAR);
    if (file === undefined || textField(image, bytes, file, NAME) !== '/') continue;
    const mode = varintField(image, bytes, file, MODE);
    if (mode !== undefined) return mode & PERMISSIONS;
  }
  return undefined;
}
