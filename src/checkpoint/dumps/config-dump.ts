import Type, { type Static } from 'typebox';
import { parseDump } from './json.ts';
import { Time } from './time.ts';

/**
 * config.dump: the engine's own record of the container. CRI-O and containerd write checkpointctl's ContainerConfig
 * (checkpoint-restore/checkpointctl lib/metadata.go); Podman its whole container configuration, with image fields of
 * other names and no time of the checkpoint.
 */
const ConfigDump = Type.Object({
  id: Type.String({ minLength: 1 }),
  name: Type.String({ minLength: 1 }),
  runtime: Type.String({ minLength: 1 }),
  createdTime: Type.Optional(Time),
  checkpointedTime: Type.Optional(Time),
  rootfsImageName: Type.Optional(Type.String()),
  /** CRI-O and containerd: as the user asked for it. */
  rootfsImage: Type.Optional(Type.String()),
  /** CRI-O: the image ID, 64 hex digits; containerd: `<repository>@sha256:...`. */
  rootfsImageRef: Type.Optional(Type.String()),
  /** Podman: the image ID, 64 hex digits. */
  rootfsImageID: Type.Optional(Type.String()),
});

export type ConfigDump = Static<typeof ConfigDump>;

/** Reads config.dump. Throws DUMP_INVALID and DUMP_TOO_LARGE. */
export function parseConfigDump(bytes: Uint8Array): ConfigDump {
  return parseDump('config.dump', bytes, ConfigDump);
}
