import * as v from 'valibot';
import { object, textMap } from '../schema/shapes.ts';
import { parseDump } from './json.ts';

/** A mount as the OCI runtime specification 1.3.0 has it (config.md, "Mounts"). */
const Mount = object({
  destination: v.pipe(v.string(), v.nonEmpty('must not be empty')),
  type: v.exactOptional(v.string()),
  source: v.exactOptional(v.string()),
  options: v.exactOptional(v.array(v.string())),
});

/** spec.dump: the container's OCI runtime specification, of which only this much is read. */
const SpecDump = object({
  annotations: v.exactOptional(textMap()),
  mounts: v.exactOptional(v.array(Mount)),
  /** The program that was started, every variable in it replaced. */
  process: v.exactOptional(object({ args: v.exactOptional(v.array(v.string())) })),
});

export type SpecMount = v.InferOutput<typeof Mount>;
export type SpecDump = v.InferOutput<typeof SpecDump>;

/** Reads spec.dump. Throws DUMP_INVALID and DUMP_TOO_LARGE. */
export function parseSpecDump(bytes: Uint8Array): SpecDump {
  return parseDump('spec.dump', bytes, SpecDump);
}
