import type { BundleConfig } from './config.ts';

/** Whose container it is. */
export interface Owner {
  /** The pod's UID, as the API server gave it. */
  readonly uid: string;
  /** The container's name in the pod. */
  readonly container: string;
  /** `<namespace>/<name>`, for people. */
  readonly pod: string;
  /** The engine's ID of the sandbox. */
  readonly sandbox: string;
}

type Engine = 'cri-o' | 'containerd';

/** Where each engine says it: in annotations that it writes into the bundle itself, whatever the pod has. */
const ANNOTATIONS: Readonly<
  Record<Engine, Readonly<Record<'uid' | 'container' | 'namespace' | 'name' | 'sandbox', string>>>
> = {
  containerd: {
    uid: 'io.kubernetes.cri.sandbox-uid',
    container: 'io.kubernetes.cri.container-name',
    namespace: 'io.kubernetes.cri.sandbox-namespace',
    name: 'io.kubernetes.cri.sandbox-name',
    sandbox: 'io.kubernetes.cri.sandbox-id',
  },
  'cri-o': {
    uid: 'io.kubernetes.pod.uid',
    container: 'io.kubernetes.container.name',
    namespace: 'io.kubernetes.pod.namespace',
    name: 'io.kubernetes.pod.name',
    sandbox: 'io.kubernetes.cri-o.SandboxID',
  },
};

/** The container's owner; undefined for a container that no kubelet asked for. */
export function ownerOf(config: BundleConfig): Owner | undefined {
  const { annotations = {} } = config;
  const keys = ANNOTATIONS[engineOfBundle(config)];
  const { [keys.uid]: uid, [keys.container]: container, [keys.sandbox]: sandbox } = annotations;
  const { [keys.namespace]: namespace, [keys.name]: name } = annotations;
  if (!isFileName(uid) || !isFileName(container) || !sandbox || !namespace || !name) return undefined;
  return { uid, container, sandbox, pod: `${namespace}/${name}` };
}

/** Which of the two made the bundle. */
export function engineOfBundle({ annotations = {} }: BundleConfig): Engine {
  return annotations['io.container.manager'] === 'cri-o' ? 'cri-o' : 'containerd';
}

/** UID and name become names of files: a UID is a UUID, a container's name a DNS label. */
function isFileName(text: string | undefined): text is string {
  return text !== undefined && /^[A-Za-z0-9][\w-]{0,127}$/.test(text);
}
