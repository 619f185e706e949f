import type { ConfigDump } from './dumps/config-dump.ts';
import { dumpInvalid } from './dumps/json.ts';
import type { SpecDump } from './dumps/spec-dump.ts';
import type { StatusDump } from './dumps/status-dump.ts';
import { engineOf } from './engine.ts';
import { imageId, repoDigest } from './image-names.ts';
import type { CheckpointMetadata, EngineName } from './metadata.ts';

type Identity = Pick<CheckpointMetadata, 'engine' | 'container' | 'pod' | 'baseImage' | 'runtime'>;
type Annotations = Readonly<Record<string, string | undefined>>;

/** What one engine's dumps say of the container's name, its pod and its base image. */
interface Named {
  readonly container: string | undefined;
  readonly pod?: Readonly<Record<'name' | 'namespace' | 'uid', string | undefined>> | undefined;
  readonly image: string | undefined;
  readonly id: string | undefined;
  readonly repoDigest: string | undefined;
}

/**
 * Which container of which pod an archive holds, and what it was created from: each engine says it elsewhere. Throws
 * DUMP_INVALID when the engine, the container's name or its base image cannot be told.
 */
export function identityOf(config: ConfigDump, spec: SpecDump, status: StatusDump | undefined): Identity {
  const engine = engineOf(spec);
  const named = READERS[engine](config, spec.annotations ?? {}, status ?? {});
  if (!named.container) throw dumpInvalid('spec.dump', '/annotations', "the container's name is missing");
  if (!named.image) throw dumpInvalid('config.dump', '/rootfsImageName', "the base image's name is missing");
  return {
    engine: { name: engine },
    container: { name: named.container, id: config.id },
    ...podOf(named.pod),
    baseImage: {
      name: named.image,
      ...known('id', imageId(named.id)),
      ...known('repoDigest', repoDigest(named.repoDigest)),
    },
    runtime: config.runtime,
  };
}

const READERS: Readonly<Record<EngineName, (config: ConfigDump, spec: Annotations, status: StatusDump) => Named>> = {
  'cri-o': (config, annotations) => ({
    container: nameInside(annotations['io.kubernetes.cri-o.Metadata']) ?? annotations['io.kubernetes.container.name'],
    pod: kubernetesPod(annotations),
    image: config.rootfsImageName || annotations['io.kubernetes.cri-o.ImageName'] || config.rootfsImage,
    id: config.rootfsImageRef ?? annotations['io.kubernetes.cri-o.ImageRef'],
    repoDigest: annotations['io.kubernetes.cri-o.ImageRepoDigests'],
  }),
  containerd: (config, annotations, { metadata, labels = {}, image_id, image_ref }) => ({
    container: metadata?.name ?? annotations['io.kubernetes.cri.container-name'],
    pod: labels['io.kubernetes.pod.name'] ? kubernetesPod(labels) : sandbox(annotations),
    image: config.rootfsImageName || config.rootfsImage,
    id: image_id,
    repoDigest: config.rootfsImageRef ?? image_ref,
  }),
  podman: (config) => ({
    container: config.name,
    image: config.rootfsImageName,
    id: config.rootfsImageID,
    repoDigest: undefined,
  }),
};

/** The kubelet's labels, which CRI-O copies into the annotations and containerd into status.dump. */
function kubernetesPod(labels: Annotations): Named['pod'] {
  return {
    name: labels['io.kubernetes.pod.name'],
    namespace: labels['io.kubernetes.pod.namespace'],
    uid: labels['io.kubernetes.pod.uid'],
  };
}

function sandbox(annotations: Annotations): Named['pod'] {
  return {
    name: annotations['io.kubernetes.cri.sandbox-name'],
    namespace: annotations['io.kubernetes.cri.sandbox-namespace'],
    uid: annotations['io.kubernetes.cri.sandbox-uid'],
  };
}

function podOf(pod: Named['pod']): Pick<Identity, 'pod'> {
  const { name, namespace, uid } = pod ?? {};
  return name && namespace && uid ? { pod: { name, namespace, uid } } : {};
}

/** CRI-O's `{"name":"<container>"}`. */
function nameInside(json: string | undefined): string | undefined {
  try {
    const value: unknown = JSON.parse(json ?? 'null');
    if (typeof value !== 'object' || value === null || !('name' in value)) return undefined;
    return typeof value.name === 'string' && value.name !== '' ? value.name : undefined;
  } catch {
    return undefined;
  }
}

function known<Key extends string>(key: Key, value: string | undefined): { [name in Key]?: string } {
  return (value === undefined ? {} : { [key]: value }) as { [name in Key]?: string };
}
