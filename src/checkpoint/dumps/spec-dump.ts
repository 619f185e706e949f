import Type, { type Static } from 'typebox';
import { parseDump } from './json.ts';

/** A mount as the OCI runtime specification 1.3.0 has it (config.md, "Mounts"). */
const Mount = Type.Object({
  destination: Type.String({ minLength: 1 }),
  type: Type.Optional(Type.String()),
  source: Type.Optional(Type.String()),
  options: Type.Optional(Type.Array(Type.String())),
});

/** spec.dump: the container's OCI runtime specification, of which only this much is read. */
const SpecDump = Type.Object({
  annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
  mounts: Type.Optional(Type.Array(Mount)),
});

export type SpecMount = Static<typeof Mount>;
export type SpecDump = Static<typeof SpecDump>;

/** Reads spec.dump. Throws DUMP_INVALID and DUMP_TOO_LARGE. */
export function parseSpecDump(bytes: Uint8Array): SpecDump {
  return parseDump('spec.dump', bytes, SpecDump);
}
