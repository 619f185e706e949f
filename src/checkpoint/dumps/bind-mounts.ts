import * as v from 'valibot';
import { object } from '../schema/shapes.ts';
import { parseDump } from './json.ts';

/** bind.mounts: CRI-O's list of bind mounts; on restore it makes the sources that are missing on the node (ExternalBindMount). */
const BindMounts = v.array(
  object({
    source: v.string(),
    destination: v.string(),
    file_type: v.exactOptional(v.string()),
    permissions: v.exactOptional(v.pipe(v.number(), v.finite('must be number'))),
  }),
);

export type BindMounts = v.InferOutput<typeof BindMounts>;

/** Reads bind.mounts. Throws DUMP_INVALID and DUMP_TOO_LARGE. */
export function parseBindMounts(bytes: Uint8Array): BindMounts {
  return parseDump('bind.mounts', bytes, BindMounts);
}
