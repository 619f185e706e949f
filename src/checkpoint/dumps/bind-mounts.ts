import Type, { type Static } from 'typebox';
import { parseDump } from './json.ts';

/** bind.mounts: CRI-O's list of bind mounts; on restore it makes the sources that are missing on the node (ExternalBindMount). */
const BindMounts = Type.Array(
  Type.Object({
    source: Type.String(),
    destination: Type.String(),
    file_type: Type.Optional(Type.String()),
    permissions: Type.Optional(Type.Number()),
  }),
);

export type BindMounts = Static<typeof BindMounts>;

/** Reads bind.mounts. Throws DUMP_INVALID and DUMP_TOO_LARGE. */
export function parseBindMounts(bytes: Uint8Array): BindMounts {
  return parseDump('bind.mounts', bytes, BindMounts);
}
