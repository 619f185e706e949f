import * as v from 'valibot';
import { object } from '../schema/shapes.ts';
import { parseDump } from './json.ts';
import { Time } from './time.ts';

const Name = v.pipe(v.string(), v.nonEmpty('must not be empty'));

/**
 * config.dump: the engine's own record of the container. CRI-O and containerd write checkpointctl's ContainerConfig
 * (checkpoint-restore/checkpointctl lib/metadata.go); Podman its whole container configuration, with image fields of
 * other names and no time of the checkpoint.
 */
const ConfigDump = object({
  id: Name,
  name: Name,
  runtime: Name,
  createdTime: v.exactOptional(Time),
  checkpointedTime: v.exactOptional(Time),
  rootfsImageName: v.exactOptional(v.string()),
  /** CRI-O and containerd: as the user asked for it. */
  rootfsImage: v.exactOptional(v.string()),
  /** CRI-O: the image ID, 64 hex digits; containerd: `<repository>@sha256:...`. */
  rootfsImageRef: v.exactOptional(v.string()),
  /** Podman: the image ID, 64 hex digits. */
  rootfsImageID: v.exactOptional(v.string()),
});

export type ConfigDump = v.InferOutput<typeof ConfigDump>;

/** Reads config.dump. Throws DUMP_INVALID and DUMP_TOO_LARGE. */
export function parseConfigDump(bytes: Uint8Array): ConfigDump {
  return parseDump('config.dump', bytes, ConfigDump);
}
