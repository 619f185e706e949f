/** A pod's spec, as far as the Pod Security Standards look at it. */
export interface PodSpec {
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: SecurityContext;
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number; readonly hostPort?: number }[];
  readonly securityContext?: SecurityContext;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly [field: string]: unknown;
}

interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly seccompProfile?: { readonly type: string };
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
}

const VOLUMES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);
const SECCOMP = new Set<string | undefined>(['RuntimeDefault', 'Localhost']);

/**
 * What in a pod the restricted Pod Security Standard of Kubernetes refuses; empty for one that it admits.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export function restrictedViolations(pod: PodSpec): string[] {
  const found = [
    pod.hostNetwork && 'hostNetwork',
    pod.hostPID && 'hostPID',
    pod.hostIPC && 'hostIPC',
    ...(pod.volumes ?? []).map((volume) => volumeViolation(volume)),
    ...[...pod.containers, ...(pod.initContainers ?? [])].flatMap((container) => ofContainer(container, pod)),
  ];
  return found.filter((violation) => typeof violation === 'string');
}

function volumeViolation(volume: Readonly<Record<string, unknown>>): string | false {
  const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'emptyDir';
  return !VOLUMES.has(kind) && `volume ${kind}`;
}

function ofContainer({ name, ports = [], securityContext: own = {} }: Container, pod: PodSpec): (string | false)[] {
  const context = { ...pod.securityContext, ...own };
  const { add = [], drop = [] } = own.capabilities ?? {};
  return [
    own.privileged === true && `${name}: privileged`,
    own.allowPrivilegeEscalation !== false && `${name}: allowPrivilegeEscalation`,
    context.runAsNonRoot !== true && `${name}: runAsNonRoot`,
    context.runAsUser === 0 && `${name}: runAsUser`,
    !SECCOMP.has(context.seccompProfile?.type) && `${name}: seccompProfile`,
    !drop.includes('ALL') && `${name}: capabilities.drop`,
    add.some((capability) => capability !== 'NET_BIND_SERVICE') && `${name}: capabilities.add`,
    ports.some(({ hostPort = 0 }) => hostPort !== 0) && `${name}: hostPort`,
  ];
}
