import { CRIO, CRIU, FORMAT, OCI, PODMAN, THAW } from './annotations.ts';
import type { CheckpointMetadata, EngineName } from './metadata.ts';

/** What an image says besides what the archive says about itself. */
export interface ImageExtra {
  /** File name of the archive. */
  readonly archiveName: string;
  /** Bytes of the archive, up to its end mark, uncompressed. */
  readonly archiveSize: number;
  readonly layers: 'single' | 'split';
}

type Values = Record<string, string | undefined>;

/**
 * The annotations of a checkpoint image's manifest, those of every engine family at once; only the ones whose value is
 * known, in the order of their names, so that the same archive always gives the same manifest.
 */
export function annotationsFor(metadata: CheckpointMetadata, extra: ImageExtra): Record<string, string> {
  const all: Values = {
    ...crioAnnotations(metadata),
    ...podmanAnnotations(metadata),
    ...criuAnnotations(metadata),
    ...ociAnnotations(metadata, extra),
    ...thawAnnotations(metadata),
    ...thawNumbers(metadata, extra),
  };
  const known = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(known.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** cri-o pkg/annotations: the restore asks for the presence of `name` only. */
function crioAnnotations({ engine, container, baseImage }: CheckpointMetadata): Values {
  return {
    [CRIO.name]: container.name,
    [CRIO.rawImageName]: baseImage.name,
    [CRIO.rootfsImageID]: baseImage.id,
    [CRIO.rootfsImageName]: baseImage.name,
    [CRIO['cri-o.version']]: engine.name === 'cri-o' ? engine.version : undefined,
  };
}

/** podman pkg/checkpoint: `podman container restore` asks for `name` and `runtime.name`. */
function podmanAnnotations({ engine, container, baseImage, runtime, architecture }: CheckpointMetadata): Values {
  return {
    [PODMAN.name]: container.name,
    [PODMAN.rawImageName]: baseImage.name,
    [PODMAN.rootfsImageID]: baseImage.id,
    [PODMAN.rootfsImageName]: baseImage.name,
    [PODMAN['podman.version']]: engine.name === 'podman' ? engine.version : undefined,
    [PODMAN['runtime.name']]: runtime,
    [PODMAN['host.arch']]: architecture,
  };
}

/** The engines as checkpointctl spells them (internal/container.go). */
const CHECKPOINTCTL_ENGINES: Readonly<Record<EngineName, string>> = {
  'cri-o': 'CRI-O',
  containerd: 'containerd',
  podman: 'Podman',
};

/** checkpointctl lib/metadata.go; containerd 2.1 to 2.3 asks for `container.name`. */
function criuAnnotations({ engine, container, pod, baseImage, runtime, architecture }: CheckpointMetadata): Values {
  return {
    [CRIU['container.name']]: container.name,
    [CRIU['engine.name']]: CHECKPOINTCTL_ENGINES[engine.name],
    [CRIU['engine.version']]: engine.version,
    [CRIU['pod.name']]: pod?.name,
    [CRIU['pod.namespace']]: pod?.namespace,
    [CRIU['pod.uid']]: pod?.uid,
    [CRIU.rawImageName]: baseImage.name,
    [CRIU.rootfsImageID]: baseImage.id,
    [CRIU.rootfsImageName]: baseImage.name,
    [CRIU.rootfsImageSha]: digestOf(baseImage.repoDigest),
    [CRIU.rootfsImageUserRequested]: baseImage.name,
    [CRIU['runtime.name']]: runtime,
    [CRIU['host.arch']]: architecture,
  };
}

function ociAnnotations({ baseImage, checkpointedAt }: CheckpointMetadata, { archiveName }: ImageExtra): Values {
  return {
    [OCI.created]: checkpointedAt,
    [OCI.title]: archiveName,
    [OCI['base.name']]: baseImage.name,
    [OCI['base.digest']]: digestOf(baseImage.repoDigest),
  };
}

function thawAnnotations(metadata: CheckpointMetadata): Values {
  const { engine, container, pod, baseImage } = metadata;
  return {
    [THAW.format]: FORMAT,
    [THAW['engine.name']]: engine.name,
    [THAW['engine.version']]: engine.version,
    [THAW['container.name']]: container.name,
    [THAW['container.id']]: container.id,
    [THAW['pod.name']]: pod?.name,
    [THAW['pod.namespace']]: pod?.namespace,
    [THAW['pod.uid']]: pod?.uid,
    [THAW['base.name']]: baseImage.name,
    [THAW['base.id']]: baseImage.id,
    [THAW['base.repo-digest']]: baseImage.repoDigest,
    [THAW.runtime]: metadata.runtime,
    [THAW.created]: metadata.createdAt,
    [THAW.checkpointed]: metadata.checkpointedAt,
    [THAW.architecture]: metadata.architecture,
    [THAW['required-mounts']]: JSON.stringify(metadata.requiredMounts),
  };
}

function thawNumbers({ memory, tcp }: CheckpointMetadata, extra: ImageExtra): Values {
  return {
    [THAW['memory.pages']]: String(memory.pages),
    [THAW['memory.bytes']]: String(memory.bytes),
    [THAW['memory.compressed']]: String(memory.compressed),
    [THAW['tcp.listening']]: String(tcp.listening),
    [THAW['tcp.connected']]: String(tcp.connected),
    [THAW['archive.name']]: extra.archiveName,
    [THAW['archive.size']]: String(extra.archiveSize),
    [THAW.layers]: extra.layers,
  };
}

/** `<repository>@sha256:...` → `sha256:...` */
function digestOf(repoDigest: string | undefined): string | undefined {
  return repoDigest?.slice(repoDigest.indexOf('@') + 1);
}
