import type { Warning } from '../errors.ts';
import { AnnotationReader } from './annotation-reader.ts';
import { readFormat, THAW } from './annotations.ts';
import type { ImageExtra } from './image-annotations.ts';
import type { CheckpointMetadata } from './metadata.ts';
import { readRequiredMounts } from './required-mounts-annotation.ts';

/** All that a checkpoint image's manifest tells, without its archive. */
export interface ImageFacts extends ImageExtra {
  readonly metadata: CheckpointMetadata;
  /** FORMAT_NEWER for an image of a newer thaw. */
  readonly warnings: readonly Warning[];
}

/**
 * Reads a manifest's annotations: the inverse of annotationsFor. Throws IMAGE_NOT_CHECKPOINT for an image that thaw did
 * not make, or whose annotations are damaged.
 */
export function metadataFromAnnotations(annotations: Readonly<Record<string, string>>): ImageFacts {
  const warnings = readFormat(annotations);
  const read = new AnnotationReader(annotations);
  return {
    metadata: readMetadata(read),
    archiveName: read.text(THAW['archive.name']),
    archiveSize: read.count(THAW['archive.size']),
    layers: read.oneOf(THAW.layers, ['single', 'split']),
    warnings,
  };
}

function readMetadata(read: AnnotationReader): CheckpointMetadata {
  return {
    engine: {
      name: read.oneOf(THAW['engine.name'], ['cri-o', 'containerd', 'podman']),
      ...read.optional('version', THAW['engine.version']),
    },
    container: { name: read.text(THAW['container.name']), id: read.text(THAW['container.id']) },
    ...readPod(read),
    baseImage: {
      name: read.text(THAW['base.name']),
      ...read.optional('id', THAW['base.id']),
      ...read.optional('repoDigest', THAW['base.repo-digest']),
    },
    runtime: read.text(THAW.runtime),
    ...read.optional('createdAt', THAW.created),
    checkpointedAt: read.text(THAW.checkpointed),
    architecture: read.text(THAW.architecture),
    requiredMounts: readRequiredMounts(read.text(THAW['required-mounts'])),
    ...readNumbers(read),
  };
}

function readPod(read: AnnotationReader): Pick<CheckpointMetadata, 'pod'> {
  if (!read.has(THAW['pod.name'])) return {};
  const pod = {
    name: read.text(THAW['pod.name']),
    namespace: read.text(THAW['pod.namespace']),
    uid: read.text(THAW['pod.uid']),
  };
  return { pod };
}

function readNumbers(read: AnnotationReader): Pick<CheckpointMetadata, 'memory' | 'tcp'> {
  return {
    memory: {
      pages: read.count(THAW['memory.pages']),
      bytes: read.count(THAW['memory.bytes']),
      compressed: read.oneOf(THAW['memory.compressed'], ['true', 'false']) === 'true',
    },
    tcp: { listening: read.count(THAW['tcp.listening']), connected: read.count(THAW['tcp.connected']) },
  };
}
