import type { FailureContext, NodeContext, PodContext } from '../../../src/checkpoint/failures/context.ts';
import { annotationsFor } from '../../../src/checkpoint/image-annotations.ts';
import type { CheckpointMetadata } from '../../../src/checkpoint/metadata.ts';
import { MANIFEST } from '../../../src/oci/media-types.ts';
import { FIXTURE_METADATA } from '../fixture-metadata.ts';

export const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount';

/** A containerd that restores, on the architecture of the fixtures. */
export const NODE: NodeContext = {
  name: 'node-b',
  engine: { name: 'containerd', version: '2.3.7' },
  architecture: 'amd64',
  handlers: ['runc'],
};

const METADATA = FIXTURE_METADATA['containerd/web'];

/** A pod that lacks nothing. */
export const POD: PodContext = {
  method: 'image',
  mounts: METADATA.requiredMounts.map(({ destination }) => destination),
  command: false,
  restartPolicy: 'Never',
  volumeImages: [METADATA.baseImage.repoDigest ?? ''],
};

/** The checkpoint image of containerd's `web`, with changes to what it says. */
export function imageOf(changes: Partial<CheckpointMetadata> = {}): NonNullable<FailureContext['image']> {
  const extra = { archiveName: 'web.tar', archiveSize: 1024, layers: 'single' } as const;
  return {
    reference: 'checkpoint-registry.local/checkpoints:web',
    mediaType: MANIFEST,
    annotations: annotationsFor({ ...METADATA, ...changes }, extra),
  };
}

/** All that can be known of a restore that nothing stands in the way of. */
export function soundContext(): Required<FailureContext> {
  return { image: imageOf(), node: NODE, pod: POD };
}
