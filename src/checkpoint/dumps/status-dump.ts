import * as v from 'valibot';
import { object, textMap } from '../schema/shapes.ts';
import { parseDump } from './json.ts';

/** status.dump: the CRI's ContainerStatus as containerd writes it (k8s.io/cri-api, runtime/v1), of which only this much is read. */
const StatusDump = object({
  metadata: v.exactOptional(object({ name: v.exactOptional(v.string()) })),
  labels: v.exactOptional(textMap()),
  annotations: v.exactOptional(textMap()),
  /** `<repository>@sha256:...` */
  image_ref: v.exactOptional(v.string()),
  /** `sha256:<64 hex digits>`, the digest of the image's config. */
  image_id: v.exactOptional(v.string()),
});

export type StatusDump = v.InferOutput<typeof StatusDump>;

/** Reads status.dump. Throws DUMP_INVALID and DUMP_TOO_LARGE. */
export function parseStatusDump(bytes: Uint8Array): StatusDump {
  return parseDump('status.dump', bytes, StatusDump);
}
