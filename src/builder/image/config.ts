import type { CheckpointMetadata } from '../../checkpoint/metadata.ts';
import type { ImageConfig } from '../../oci/config.ts';
import type { Digest } from '../../oci/digest.ts';

/**
 * The bytes of a checkpoint image's config, the same for the same arguments. It has no Cmd and no Entrypoint, so a
 * runtime that does not restore fails instead of starting a wrong program; its `created` is the checkpoint's time, which
 * gives each image an ID of its own. The diff IDs are the digests of the uncompressed layers, in the layers' order.
 */
export function buildConfig(metadata: CheckpointMetadata, diffIds: readonly Digest[]): Buffer {
  const config: ImageConfig = {
    created: metadata.checkpointedAt,
    architecture: metadata.architecture,
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: diffIds },
  };
  return Buffer.from(JSON.stringify(config));
}
