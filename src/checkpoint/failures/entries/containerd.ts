import { isAnnotated, onAbleContainerd, onUnableContainerd } from '../conditions.ts';
import type { Failure } from '../failure.ts';

const SEEN = [{ program: 'containerd', version: '2.3.7' }];
const RUNTIME_TABLE = '[plugins."io.containerd.cri.v1.runtime"]';

/** Also found by a check, from the node's version alone. */
export const containerdCannotRestore: Failure = {
  id: 'containerd-cannot-restore',
  weight: 'cause',
  patterns: [/no command specified/, /exec: "(?<program>[^"]+)": (?:stat .*no such file|executable file not found)/],
  when: (context) => onUnableContainerd(context) && context.pod?.method !== 'runtime' && isAnnotated(context) !== false,
  examples: [
    'failed to generate container "5976928074a6b0e1d1a4e9a4f1cf9ad7e3f0b7c0f5a2d9b84c6e1f3a7d5b2c90" spec: failed to generate spec: no command specified',
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/bin/counter": stat /bin/counter: no such file or directory',
  ],
  title:
    '{{node}} runs {{engine}}, which cannot restore a checkpoint image and takes it for an ordinary one (containerd restores from 2.1 to 2.3)',
  cure: 'choose a target node with containerd 2.1 to 2.3, and enable_experimental_restore_via_create = true there',
  seen: [{ program: 'containerd', version: '2.4.2' }],
};

/** What containerd's CRI plugin says (internal/cri/server/container_checkpoint_linux.go). */
export const CONTAINERD: readonly Failure[] = [
  {
    id: 'containerd-restore-off',
    weight: 'cause',
    patterns: [/checkpoint restore via CreateContainer is disabled by configuration/],
    examples: ['checkpoint restore via CreateContainer is disabled by configuration'],
    title: "restore is switched off in {{node}}'s containerd, as it is by default since 2.2.7 and 2.3.4",
    cure: `set enable_experimental_restore_via_create = true under ${RUNTIME_TABLE} in the node's /etc/containerd/config.toml, and restart containerd`,
    seen: SEEN,
  },
  {
    id: 'containerd-criu-off',
    weight: 'cause',
    patterns: [/checkpoint restore is not enabled: criu support is disabled by configuration/],
    examples: ['checkpoint restore is not enabled: criu support is disabled by configuration'],
    title: "checkpoint and restore are switched off in {{node}}'s containerd",
    cure: `set enable_criu = true under ${RUNTIME_TABLE} in the node's /etc/containerd/config.toml, and restart containerd`,
    seen: SEEN,
  },
  {
    id: 'containerd-criu-missing',
    weight: 'cause',
    patterns: [/criu binary not found in shim path or system PATH/],
    examples: ['checkpoint restore is not enabled: criu binary not found in shim path or system PATH'],
    title: '{{node}} has no criu program where containerd looks for it',
    cure: "install CRIU on the node, on containerd's PATH, and restart containerd: it looks once, when it starts",
    seen: SEEN,
  },
  {
    id: 'containerd-criu-old',
    weight: 'cause',
    patterns: [/checkpoint\/restore requires at least CRIU (?<wanted>\d+), current version is (?<found>\d+)/],
    examples: [
      'checkpoint restore is not enabled: checkpoint/restore requires at least CRIU 31600, current version is 31500',
    ],
    title: "{{node}}'s CRIU {{found}} is older than the {{wanted}} that containerd wants (31600 is 3.16)",
    cure: 'install a newer CRIU on the node, and restart containerd',
    seen: [{ program: 'containerd', version: '2.3.7', source: 'internal/cri/server/container_checkpoint_linux.go' }],
  },
  containerdCannotRestore,
  {
    id: 'containerd-base-without-command',
    weight: 'possibility',
    patterns: [/no command specified/],
    examples: [
      'failed to generate container "5976928074a6b0e1d1a4e9a4f1cf9ad7e3f0b7c0f5a2d9b84c6e1f3a7d5b2c90" spec: failed to generate spec: no command specified',
    ],
    when: (context) => onAbleContainerd(context) && isAnnotated(context) !== false && context.pod?.command !== true,
    title:
      'the base image has neither ENTRYPOINT nor CMD, and containerd wants a command even of a container that it restores',
    cure: 'set a command for the container in the restored pod: any, for it is not run (thaw pod sets /.thaw/restore-only)',
    seen: SEEN,
  },
  {
    id: 'containerd-base-image',
    weight: 'cause',
    patterns: [
      /failed to pull checkpoint base image (?<base>[^\s:]+(?::\d+\/[^\s:]+)?(?::[^\s:]+){0,2}): (?<why>[^\n]+)/,
    ],
    examples: [
      'failed to pull checkpoint base image checkpoint-registry.local/base@sha256:3e96f93a0a16d38e2f87758c709d4963be74c1370e96817c4cb1e12151ae0587: failed to resolve reference "checkpoint-registry.local/base@sha256:3e96f93a0a16d38e2f87758c709d4963be74c1370e96817c4cb1e12151ae0587": failed to do request: Head "https://checkpoint-registry.local/v2/base/manifests/sha256:3e96f93a0a16d38e2f87758c709d4963be74c1370e96817c4cb1e12151ae0587": dial tcp 10.77.0.1:443: connect: connection refused',
    ],
    title:
      'the base image {{base}} is not on {{node}}, and containerd pulls it by itself only over HTTPS, without credentials, past certs.d',
    cure: 'add a volume to the pod that is mounted nowhere: image: {reference: "{{base}}", pullPolicy: IfNotPresent}; the kubelet pulls it first, with the pod\'s pull secrets (thaw pod adds it)',
    seen: SEEN,
  },
  {
    id: 'status-dump-missing',
    weight: 'cause',
    patterns: [/failed to read "status\.dump": /],
    examples: ['failed to read "status.dump": open /tmp/checkpoint2481/status.dump: no such file or directory'],
    title:
      'the archive has no status.dump, so containerd did not make it; only the engine that made an archive restores it',
    cure: 'restore it on a node that runs the engine that made it: thaw inspect names it',
    seen: SEEN,
  },
  {
    id: 'dump-missing',
    weight: 'cause',
    patterns: [/failed to read "(?<dump>config\.dump|spec\.dump)": /],
    examples: ['failed to read "config.dump": open /tmp/checkpoint2481/config.dump: no such file or directory'],
    title: 'the image has no {{dump}} at its root, so it does not hold a checkpoint archive the way an engine reads it',
    cure: 'convert the archive with thaw convert, which makes the archive itself the layer',
    seen: [...SEEN, { program: 'CRI-O', version: '1.37.0', source: 'server/container_restore.go' }],
  },
  {
    id: 'criu-images-missing',
    weight: 'cause',
    patterns: [/OCI runtime restore failed: open \S*\/checkpoint\/(?<file>\S+): no such file or directory/],
    examples: [
      'failed to restore containerd task: failed to create shim task: OCI runtime restore failed: open /var/lib/containerd/io.containerd.grpc.v1.cri/containers/5976928074a6b0e1d1a4e9a4f1cf9ad7e3f0b7c0f5a2d9b84c6e1f3a7d5b2c90/ctrd-restore/checkpoint/descriptors.json: no such file or directory',
    ],
    title: "the image has no checkpoint/{{file}}: CRIU's images, and so the memory, are not in it",
    cure: 'convert a complete archive with thaw convert; thaw inspect shows what an archive holds',
    seen: SEEN,
  },
];
