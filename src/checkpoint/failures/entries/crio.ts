import { isAnnotated, onCrio } from '../conditions.ts';
import type { Failure } from '../failure.ts';

const SEEN = [
  { program: 'CRI-O', version: '1.37.0' },
  { program: 'CRI-O', version: '1.34.11' },
];
const PRESENT = [
  { program: 'CRI-O', version: '1.37.0' },
  { program: 'CRI-O', version: '1.36.3' },
];
const RESTORE = { program: 'CRI-O', version: '1.37.0', source: 'server/container_restore.go' };

/** What CRI-O says when it restores a checkpoint image. */
export const CRIO_FAILURES: readonly Failure[] = [
  {
    id: 'crio-restore-off',
    weight: 'cause',
    patterns: [
      /no command specified/,
      /exec: \\?"(?<program>[^"\\]+)\\?": (?:stat .*no such file|executable file not found)/,
    ],
    when: (context) => onCrio(context) && context.pod?.method !== 'runtime' && isAnnotated(context) !== false,
    examples: [
      'no command specified',
      String.raw`container create failed: time="2026-11-22T23:19:43Z" level=error msg="runc create failed: unable to start container process: error during container init: exec: \"sh\": executable file not found in $PATH"`,
    ],
    title:
      'restore is switched off in CRI-O on {{node}}, as it is by default in releases since August 2026 (checkpoint_only): it takes the checkpoint image for an ordinary one',
    cure: 'set container_level_enabled = "checkpoint_restore" under [crio.checkpoint_restore] in the node\'s CRI-O configuration (releases before August 2026: enable_criu_support = true under [crio.runtime]), and restart CRI-O',
    seen: SEEN,
  },
  {
    id: 'crio-base-without-command',
    weight: 'possibility',
    patterns: [/no command specified/],
    when: (context) => onCrio(context) && context.pod?.method !== 'runtime',
    examples: ['no command specified'],
    title: 'the base image has neither ENTRYPOINT nor CMD, which CRI-O wants of it even where it restores',
    cure: 'run the source from a base image that has an ENTRYPOINT or CMD, and checkpoint it again',
    seen: SEEN,
  },
  {
    id: 'crio-base-image',
    weight: 'cause',
    patterns: [/reading image "(?<id>[0-9a-f]{64})": locating image with ID "[0-9a-f]{64}": image not known/],
    examples: [
      'reading image "8a72b155bcc7772ac439426cc932237de7a761f35ac7a024282c425bb8067a8d": locating image with ID "8a72b155bcc7772ac439426cc932237de7a761f35ac7a024282c425bb8067a8d": image not known',
    ],
    title: 'the base image with the ID {{id}} is not on {{node}}, and CRI-O does not pull it by itself',
    cure: "add a volume of the exact base image to the pod, mounted nowhere: image: {reference: <repository>@sha256:<digest>, pullPolicy: IfNotPresent}; the kubelet pulls it first (thaw pod adds it where the image's digest is known)",
    seen: SEEN,
  },
  {
    id: 'crio-other-engine',
    weight: 'cause',
    patterns: [/failed to read "io\.kubernetes\.cri-o\.Annotations": /],
    examples: ['failed to read "io.kubernetes.cri-o.Annotations": unexpected end of JSON input'],
    title: 'the archive was not made by CRI-O, and CRI-O restores only its own',
    cure: 'restore it on a node that runs the engine that made it: thaw inspect names it',
    seen: [RESTORE],
  },
  {
    id: 'crio-signature-policy',
    weight: 'cause',
    patterns: [/namespaced signature policy (?<policy>\S+) defined for pods in namespace (?<namespace>\S+); signature/],
    examples: [
      'namespaced signature policy /etc/crio/policy.json defined for pods in namespace default; signature validation is not supported for container restore',
    ],
    title:
      'CRI-O restores nothing under a signature policy, and {{policy}} is one: signature_policy in the configuration of {{node}} names it, or it is that of namespace {{namespace}}',
    cure: 'set signature_policy = "" under [crio.image] on the node and restart CRI-O (its own packages set it; without it /etc/containers/policy.json counts), or restore in a namespace without a policy of its own',
    seen: PRESENT,
  },
  {
    id: 'crio-mapped-credentials',
    weight: 'cause',
    patterns: [/reading manifest \S+ in (?<host>[^/\s]+)\/\S*: unauthorized/],
    examples: [
      'unable to pull image or OCI artifact: pull image err: initializing source docker://checkpoint-registry.local/checkpoints:counter: reading manifest counter in 10.77.0.1:5000/checkpoints: unauthorized; artifact err: ...',
    ],
    title:
      "the registry at {{host}} wants credentials for {{image}}; where registries.conf maps an image's name to another location, CRI-O sends no pull secret there",
    cure: 'give the node credentials for {{host}} itself, in the file that global_auth_file under [crio.image] names (docs/crio.md shows it); for a name that is not mapped, name a pull secret in the imagePullSecrets of the pod',
    seen: PRESENT,
  },
  {
    id: 'crio-runtime-cannot-restore',
    weight: 'cause',
    patterns: [/configured runtime does not support checkpoint\/restore/],
    examples: ['configured runtime does not support checkpoint/restore'],
    title: 'the OCI runtime that CRI-O is configured with on {{node}} cannot restore; crun cannot under CRI-O',
    cure: 'set default_runtime = "runc" under [crio.runtime] on the node, or name a RuntimeClass whose handler is runc',
    seen: [{ program: 'CRI-O', version: '1.37.0', source: 'internal/oci/runtime_oci.go' }],
  },
  {
    id: 'crio-bind-source-missing',
    weight: 'cause',
    patterns: [/the bind mount source (?<path>\S+) is missing\. Please create/],
    examples: ['the bind mount source /srv/data is missing. Please create the corresponding file or directory'],
    title: "what the container's mount is bound to, {{path}}, is not on {{node}}",
    cure: 'create that file or folder on the node, or mount a volume that the kubelet makes',
    seen: [{ program: 'CRI-O', version: '1.37.0', source: 'internal/lib/restore.go' }],
  },
  {
    id: 'already-exists',
    weight: 'cause',
    patterns: [/container with given ID already exists/],
    examples: ['container with given ID already exists'],
    title: 'the restored container ended and was started again, which CRI-O cannot do with a restored one',
    cure: 'set restartPolicy: Never in the restored pod, and make a new pod to restore the checkpoint once more',
    seen: SEEN,
  },
  {
    id: 'crio-pid-namespace',
    weight: 'cause',
    patterns: [/pod level PID namespace requested for the container, but pod sandbox was not similarly configured/],
    examples: ['pod level PID namespace requested for the container, but pod sandbox was not similarly configured'],
    title: 'pod and container do not agree on whether the container has a process namespace of its own',
    cure: 'say the same of both (with crictl "pid": 1 in the namespace options of pod and container; the kubelet does)',
    seen: PRESENT,
  },
  {
    id: 'crio-name-reserved',
    weight: 'symptom',
    patterns: [/name is reserved/],
    examples: ['kubelet may be retrying requests that are timing out in CRI-O due to system load: name is reserved'],
    title: 'an earlier try to make this container is still under way, or has left its name behind',
    cure: 'wait for it, and make a new pod where it does not end',
    seen: PRESENT,
  },
];
