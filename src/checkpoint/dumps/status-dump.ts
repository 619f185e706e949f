import Type, { type Static } from 'typebox';
import { parseDump } from './json.ts';

/** status.dump: the CRI's ContainerStatus as containerd writes it (k8s.io/cri-api, runtime/v1), of which only this much is read. */
const StatusDump = Type.Object({
  metadata: Type.Optional(Type.Object({ name: Type.Optional(Type.String()) })),
  labels: Type.Optional(Type.Record(Type.String(), Type.String())),
  annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
  /** `<repository>@sha256:...` */
  image_ref: Type.Optional(Type.String()),
  /** `sha256:<64 hex digits>`, the digest of the image's config. */
  image_id: Type.Optional(Type.String()),
});

export type StatusDump = Static<typeof StatusDump>;

/** Reads status.dump. Throws DUMP_INVALID and DUMP_TOO_LARGE. */
export function parseStatusDump(bytes: Uint8Array): StatusDump {
  return parseDump('status.dump', bytes, StatusDump);
}
