import { ThawError, WARNING_CODES, type Warning } from '../errors.ts';

/**
 * The annotation names by which each engine knows a checkpoint image. Names as in CRI-O (pkg/annotations), Podman
 * (pkg/checkpoint) and checkpointctl, seen in the versions that FACTS lists; all of them stand on one manifest, so that
 * whichever engine made the archive finds its own.
 */
const under = <const Names extends readonly string[]>(prefix: string, names: Names): Record<Names[number], string> =>
  Object.fromEntries(names.map((name) => [name, `${prefix}${name}`])) as Record<Names[number], string>;

/** CRI-O restores when `name` is there; the value is the container's name. */
export const CRIO = under('io.kubernetes.cri-o.annotations.checkpoint.', [
  'name',
  'rawImageName',
  'rootfsImageID',
  'rootfsImageName',
  'cri-o.version',
  'criu.version',
]);

/** Podman restores from an image when `name` and `runtime.name` are there. */
export const PODMAN = under('io.podman.annotations.checkpoint.', [
  'name',
  'rawImageName',
  'rootfsImageID',
  'rootfsImageName',
  'podman.version',
  'criu.version',
  'conmon.version',
  'runtime.name',
  'runtime.version',
  'host.arch',
  'host.kernel',
  'cgroups.version',
  'distribution.name',
  'distribution.version',
]);

/** checkpointctl's and the CRIU project's; containerd 2.1 to 2.3 restores when `container.name` is there. */
export const CRIU = under('org.criu.checkpoint.', [
  'container.name',
  'engine.name',
  'engine.version',
  'pod.name',
  'pod.id',
  'pod.namespace',
  'pod.uid',
  'rootfsImageName',
  'rootfsImageUserRequested',
  'rootfsImageSha',
  'rootfsImageID',
  'rawImageName',
  'runtime.name',
  'runtime.version',
  'criu.version',
  'conmon.version',
  'host.arch',
  'host.kernel',
  'cgroup.version',
  'distribution.name',
  'distribution.version',
]);

/** OCI image specification 1.1.1, annotations.md. */
export const OCI = under('org.opencontainers.image.', ['created', 'title', 'base.name', 'base.digest']);

/** thaw's own: what a restore must know, readable without the archive. */
export const THAW = under('dev.thaw.checkpoint.', [
  /** Version of these annotations, `<major>` or `<major>.<minor>`. */
  'format',
  'engine.name',
  'engine.version',
  'container.name',
  'container.id',
  'pod.name',
  'pod.namespace',
  'pod.uid',
  'base.name',
  'base.id',
  'base.repo-digest',
  'runtime',
  'created',
  'checkpointed',
  'architecture',
  /** JSON array of RequiredMount. */
  'required-mounts',
  'memory.pages',
  'memory.bytes',
  'memory.compressed',
  'tcp.listening',
  'tcp.connected',
  /** File name of the archive. */
  'archive.name',
  /** Bytes of the archive, up to its end mark, uncompressed. */
  'archive.size',
  /** `single` or `split`. */
  'layers',
  /** On a layer's descriptor: which bytes of the archive it holds, see builder/image/segments. */
  'segments',
  /**
   * On the manifest: the segments of every layer in the layers' order, joined by `;`. A copy of what the descriptors
   * say, for programs that drop a descriptor's annotations when they compress the layer on the way (skopeo 1.9 does).
   */
  'layer-segments',
  /** Keeps the image whatever the retention says. */
  'keep',
]);

/** The version of thaw's annotations that this code writes. */
export const FORMAT = '1';

/**
 * Whether thaw can read the annotations of a manifest: their major version is this code's. A newer minor version gives a
 * FORMAT_NEWER warning, since it only adds. Throws IMAGE_NOT_CHECKPOINT for an image without the format annotation, which
 * thaw did not make, and for another major version.
 */
export function readFormat(annotations: Readonly<Record<string, string>>): Warning[] {
  const format = annotations[THAW.format];
  if (format === undefined) throw withoutFormat(annotations);
  const [, major, minor = '0'] = /^(\d+)(?:\.(\d+))?$/.exec(format) ?? [];
  if (major !== FORMAT)
    throw notCheckpoint(`its annotations have the format ${JSON.stringify(format)}, not ${FORMAT}`, { format });
  if (Number(minor) === 0) return [];
  return [{ code: 'FORMAT_NEWER', message: `${WARNING_CODES.FORMAT_NEWER}: format ${format}`, facts: { format } }];
}

/** Checkpoint images that are not thaw's: what shows them, and who restores them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  /** `podman container checkpoint --create-image` */
  [PODMAN.name]: 'Podman',
  [CRIO.name]: 'CRI-O',
  /** checkpointctl */
  [CRIU['container.name']]: 'containerd',
};

function withoutFormat(annotations: Readonly<Record<string, string>>): ThawError {
  const why = `it has no annotation ${THAW.format}`;
  const [, engine] = Object.entries(ELSEWHERE).find(([name]) => Object.hasOwn(annotations, name)) ?? [];
  if (engine === undefined) return notCheckpoint(why, { annotation: THAW.format });
  return new ThawError('IMAGE_NOT_CHECKPOINT', {
    message: `the image is a checkpoint, but none of thaw: ${why}; another program made it, for ${engine}`,
    next: `let ${engine} restore it, or convert the archive that it was made from`,
    facts: { why, annotation: THAW.format, engine },
  });
}

/** An IMAGE_NOT_CHECKPOINT: why an image is none that this thaw can read. */
export function notCheckpoint(why: string, facts: Readonly<Record<string, string>> = {}, cause?: unknown): ThawError {
  return new ThawError('IMAGE_NOT_CHECKPOINT', {
    message: `the image is no checkpoint image of thaw: ${why}`,
    next: 'name an image that "thaw convert" made, or convert the archive again with this version',
    facts: { why, ...facts },
    cause,
  });
}
