import type { GenericSchema, InferOutput } from 'valibot';
import { ThawError } from '../../errors.ts';
import { MAX_DUMP_BYTES } from '../limits.ts';
import { conform } from '../schema/conform.ts';
import { aliasedKey } from './aliased-key.ts';
import { errorPosition } from './error-position.ts';
import { countKeys, countWrittenKeys } from './keys.ts';

/**
 * A dump's JSON, checked against a schema; fields that the schema does not name are kept and not looked at, and null is
 * the same as absent, as it is for Go's readers.
 *
 * The engines read these files with Go's encoding/json, which takes `Destination` for `destination` and merges two fields
 * of one name. A dump that would mean one thing to us and another to them is refused.
 *
 * Throws DUMP_TOO_LARGE beyond MAX_DUMP_BYTES, and DUMP_INVALID with the position or path of what is wrong, never its
 * content: a dump may hold secrets.
 */
export function parseDump<Schema extends GenericSchema>(
  file: string,
  bytes: Uint8Array,
  schema: Schema,
): InferOutput<Schema> {
  if (bytes.length > MAX_DUMP_BYTES) throw dumpTooLarge(file, bytes.length);
  const text = decode(file, bytes);
  const value = parse(file, text);
  if (countKeys(value) !== countWrittenKeys(text)) throw dumpInvalid(file, '/', 'a field stands twice in one object');
  const dump = conform(schema, value, (where, what) => dumpInvalid(file, where, what));
  const alias = aliasedKey(schema, value);
  if (alias !== undefined) throw dumpInvalid(file, alias, "a field's name differs from a known one only in its case");
  return dump;
}

/** A DUMP_INVALID: which file, where in it, and what is wrong there; for what a schema cannot say. */
export function dumpInvalid(file: string, where: string, what: string, cause?: unknown): ThawError {
  return new ThawError('DUMP_INVALID', {
    message: `${file} is not as CRI-O, containerd or Podman write it: ${what}, at ${where}`,
    next: 'take the checkpoint again: the archive is damaged, or was made or changed by something else',
    facts: { file, where, what },
    ...(cause === undefined ? {} : { cause }),
  });
}

function dumpTooLarge(file: string, size: number): ThawError {
  return new ThawError('DUMP_TOO_LARGE', {
    message: `${file} has ${size} bytes, and no dump has more than ${MAX_DUMP_BYTES}`,
    next: 'take the checkpoint again: no engine writes a dump of this size',
    facts: { file, size, limit: MAX_DUMP_BYTES },
  });
}

function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw dumpInvalid(file, 'an unknown position', 'it is no UTF-8');
  }
}

/** The cause is left out on purpose: V8's message quotes the text around the error. */
function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw dumpInvalid(file, `character ${errorPosition(text)}`, 'it is no JSON');
  }
}
