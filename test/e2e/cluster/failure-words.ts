import type { Failure } from '../../helpers/cluster/failure.ts';
import type { RuntimeKind } from '../../helpers/cluster/settings.ts';

/** What can be wrong with a restore on a real node. */
export type Wrong =
  | 'switchedOff'
  | 'annotationMissing'
  | 'mountMissing'
  | 'baseForbidden'
  | 'baseNotBrought'
  | 'registryUnreachable'
  | 'fileMissing'
  | 'fileChanged'
  | 'otherEngine';

const NO_COMMAND = { state: /CreateContainerError: .*no command specified/, event: /Failed: Error: .*no command spec/ };
const REGISTRY_UNREACHABLE = { event: /Failed to pull image .* connect: connection refused/ };
const FILE_MISSING = {
  means: /The process had the file data\/log open, and it is not there/,
  change: /Bring the file to the volume .* an emptyDir stays behind/,
};
const FILE_CHANGED = {
  means: /The file data\/log, which the process has open, has 2 bytes, and had \d+ when it was frozen/,
  change: /Give the volume back as it was/,
};
const UNREACHABLE = { means: /Nothing listens at [\d.]+:\d+/, change: /Start the registry/ };
const UNANNOTATED = { means: /has no checkpoint annotation/, change: /Convert the archive with thaw convert/ };
const MOUNT = { means: /lacks mounts .*: \/data\./, change: /Mount a volume at \/data/ };
const SECRET = {
  event: /Failed to pull image .*(?:unauthorized|no basic auth credentials)/,
  means: /registry.* wants credentials/,
  change: /imagePullSecrets/,
};

/** What the user sees and reads of it, on each runtime: state and events in the runtime's words, the rest in ours. */
export const WORDS: Readonly<Record<RuntimeKind, Readonly<Record<Wrong, Failure>>>> = {
  containerd: {
    switchedOff: {
      state: /CreateContainerError: checkpoint restore via CreateContainer is disabled by configuration/,
      event: /Failed: Error: checkpoint restore via CreateContainer is disabled by configuration/,
      means: /Restore is switched off in node node-b's containerd/,
      change: /enable_experimental_restore_via_create = true .* restart containerd/,
    },
    annotationMissing: { ...NO_COMMAND, ...UNANNOTATED },
    mountMissing: {
      state: /Failed terminated StartError: .*criu failed/,
      event: /Failed: Error: .*criu failed/,
      ...MOUNT,
    },
    baseForbidden: { state: /CreateContainerError: failed to pull checkpoint base image/, ...SECRET },
    baseNotBrought: {
      state: /CreateContainerError: failed to pull checkpoint base image/,
      event: /Failed: Error: failed to pull checkpoint base image/,
      means: /containerd pulls it by itself only over HTTPS, without credentials/,
      change: /Add a volume to the pod that is mounted nowhere: image: \{reference: "\S+@sha256:/,
    },
    registryUnreachable: {
      state: /waiting (?:ErrImagePull|ImagePullBackOff): /,
      ...REGISTRY_UNREACHABLE,
      ...UNREACHABLE,
    },
    fileMissing: {
      state: /Failed terminated StartError: .*criu failed/,
      event: /Failed: Error: .*criu failed/,
      ...FILE_MISSING,
    },
    fileChanged: {
      state: /Failed terminated StartError: .*criu failed/,
      event: /Failed: Error: .*criu failed/,
      ...FILE_CHANGED,
    },
    otherEngine: {
      state: /CreateContainerError: failed to read "status\.dump"/,
      event: /Failed: Error: failed to read "status\.dump"/,
      means: /was made by cri-o, and node node-b runs containerd/,
      change: /Choose a target node that runs cri-o/,
    },
  },
  crio: {
    switchedOff: {
      ...NO_COMMAND,
      means: /Restore is switched off in CRI-O on node node-b/,
      change: /container_level_enabled = "checkpoint_restore" .* restart CRI-O/,
    },
    annotationMissing: { ...NO_COMMAND, ...UNANNOTATED },
    mountMissing: {
      state: /CreateContainerError: .*expects following bind mounts defined \(\/data\)/,
      event: /Failed: Error: .*expects following bind mounts defined \(\/data\)/,
      ...MOUNT,
    },
    baseForbidden: { state: /CreateContainerError: .*image not known/, ...SECRET },
    baseNotBrought: {
      state: /CreateContainerError: .*image not known/,
      event: /Failed: Error: .*image not known/,
      means: /is not on node node-b, and CRI-O does not pull it by itself/,
      change: /Add a volume of the exact base image to the pod, mounted nowhere/,
    },
    registryUnreachable: {
      state: /waiting (?:RegistryUnavailable|ErrImagePull|ImagePullBackOff): /,
      ...REGISTRY_UNREACHABLE,
      ...UNREACHABLE,
    },
    fileMissing: {
      state: /RunContainerError: failed to restore container/,
      event: /Failed: Error: failed to restore container .*Can't open file data\/log on restore/s,
      ...FILE_MISSING,
    },
    fileChanged: {
      state: /RunContainerError: failed to restore container/,
      event: /Failed: Error: failed to restore container .*File data\/log has bad size 2/s,
      ...FILE_CHANGED,
    },
    otherEngine: {
      state: /CreateContainerError: failed to read "io\.kubernetes\.cri-o\.Annotations"/,
      event: /Failed: Error: failed to read "io\.kubernetes\.cri-o\.Annotations"/,
      means: /was made by containerd, and node node-b runs cri-o/,
      change: /Choose a target node that runs containerd/,
    },
  },
};
