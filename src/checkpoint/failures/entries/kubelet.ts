import type { Failure } from '../failure.ts';

const SEEN = [{ program: 'kubelet', version: '1.36.3' }];
const IMAGES = { program: 'kubelet', version: '1.36.3', source: 'pkg/kubelet/images/image_manager.go' };

/** Found by a check. */
export const nodeNotReady: Failure = {
  id: 'node-not-ready',
  weight: 'cause',
  patterns: [],
  examples: [],
  title: '{{node}} is not ready, so its kubelet starts nothing',
  cure: "look at the node's conditions (kubectl describe node) and at its kubelet (journalctl -u kubelet), or choose another target node",
  seen: SEEN,
};

/** What the kubelet itself says. */
export const KUBELET: readonly Failure[] = [
  {
    id: 'never-pull',
    weight: 'cause',
    patterns: [/Container image "(?<image>[^"]+)" is not present with pull policy of Never/],
    examples: [
      'Container image "checkpoint-registry.local/checkpoints:web-1" is not present with pull policy of Never',
    ],
    title: 'the image {{image}} is not on {{node}}, and imagePullPolicy: Never forbids to pull it',
    cure: 'set imagePullPolicy: IfNotPresent, with the reference by digest that thaw convert printed',
    seen: [IMAGES],
  },
  {
    id: 'invalid-image-name',
    weight: 'cause',
    patterns: [/Failed to apply default image tag "(?<image>[^"]+)": couldn't parse image name/],
    examples: [
      'Failed to apply default image tag "/mnt/checkpoints/x.tar": couldn\'t parse image name "/mnt/checkpoints/x.tar": invalid reference format',
    ],
    title: '"{{image}}" is no image reference; the kubelet takes no path of an archive',
    cure: 'convert the archive (thaw convert) and name the reference that it prints',
    seen: [IMAGES],
  },
  {
    id: 'volume-not-mounted',
    weight: 'cause',
    patterns: [/MountVolume\.\w+ failed for volume "(?<volume>[^"]+)" : (?<why>[^\n]+)/],
    examples: ['MountVolume.SetUp failed for volume "settings" : configmap "settings" not found'],
    title: 'the volume {{volume}} cannot be mounted on {{node}}: {{why}}',
    cure: 'make what the volume names in the namespace of the restored pod, or where it is a disk, free it from the source node first',
    seen: [{ program: 'kubelet', version: '1.36.3', source: 'pkg/volume/util/operationexecutor' }],
  },
  {
    id: 'deleted-by-owner',
    weight: 'cause',
    patterns: [/^Deleted pod: (?<pod>\S+)$/],
    examples: ['Deleted pod: web-0-restored'],
    title:
      'a ReplicaSet deleted the pod {{pod}}: its labels match the selector, so it was one too many, and the newest goes first',
    cure: 'leave out the labels that the selector matches (thaw pod drops them), or delete the source pod first',
    seen: [{ program: 'kube-controller-manager', version: '1.36.3', source: 'pkg/controller/controller_utils.go' }],
  },
  {
    id: 'criu-restore-failed',
    weight: 'symptom',
    patterns: [/criu failed: type \w+ errno \d+(?:[^/]*log file: (?<log>\S*restore\.log))?/],
    examples: [
      'failed to restore containerd task: failed to create shim task: OCI runtime restore failed: criu failed: type NOTIFY errno 0\nlog file: /var/lib/containerd/io.containerd.runtime.v2.task/k8s.io/5976928074a6b0e1d1a4e9a4f1cf9ad7e3f0b7c0f5a2d9b84c6e1f3a7d5b2c90/restore.log',
    ],
    title: 'CRIU could not restore the process, and only its log on {{node}} says why',
    cure: 'give CRIU\'s log to thaw explain --log. containerd deletes {{log|restore.log}} with the task: name a folder as CriuWorkPath under [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options], restart containerd, and apply the pod again',
    seen: [{ program: 'containerd', version: '2.3.7' }],
  },
  {
    id: 'back-off',
    weight: 'symptom',
    patterns: [
      /^Back-off (?:restarting failed container|pulling image "[^"]*"$)/,
      /^back-off \S+ restarting failed container=/,
    ],
    examples: [
      'back-off 10s restarting failed container=web pod=web-0-restored_shop(7d3f0a52-9d8e-4b43-8e6b-51b6f3a0c111)',
      'Back-off restarting failed container web in pod web-0-restored_shop(7d3f0a52-9d8e-4b43-8e6b-51b6f3a0c111)',
    ],
    title: 'the kubelet waits before it tries again',
    cure: "look at the container's last state and at earlier events: kubectl describe pod shows both",
    seen: SEEN,
  },
  nodeNotReady,
];
