import type { Failure } from '../failure.ts';

const KUBELET = [{ program: 'kubelet', version: '1.36.3' }];
const CONTAINERD = [{ program: 'containerd', version: '2.3.7' }];

/** What the API server, the kubelet and the engine answer to the checkpoint call. */
export const CHECKPOINT_CALL: readonly Failure[] = [
  {
    id: 'nodes-proxy-forbidden',
    weight: 'cause',
    patterns: [
      /nodes "(?<target>[^"]+)" is forbidden: User "(?<user>[^"]+)" cannot (?<verb>\w+) resource "nodes\/proxy"/,
    ],
    examples: [
      'nodes "node-b" is forbidden: User "system:serviceaccount:shop:mover" cannot create resource "nodes/proxy" in API group "" at the cluster scope',
    ],
    title: '{{user}} may not call the kubelet of node {{target}} through the API server',
    cure: 'bind {{user}} to a ClusterRole that allows the verb {{verb}} on nodes/proxy in the API group ""',
    seen: [{ program: 'kube-apiserver', version: '1.36.3' }],
  },
  {
    id: 'kubelet-forbidden',
    weight: 'cause',
    patterns: [/Forbidden \(user=(?<user>[^,]+), verb=create, resource=nodes, subresource\(s\)=\[checkpoint\]\)/],
    examples: [
      'Forbidden (user=system:serviceaccount:shop:mover, verb=create, resource=nodes, subresource(s)=[checkpoint])',
    ],
    title: 'the kubelet does not let {{user}} checkpoint containers',
    cure: 'bind {{user}} to a ClusterRole that allows the verb create on nodes/checkpoint in the API group ""',
    seen: KUBELET,
  },
  {
    id: 'no-such-container',
    weight: 'cause',
    patterns: [/^container (?<name>\S+) does not exist\s*$/m],
    examples: ['container nosuch does not exist'],
    title: 'the pod has no container {{name}}',
    cure: 'name one of the containers in spec.containers or spec.initContainers, not a container ID',
    seen: KUBELET,
  },
  {
    id: 'no-such-pod',
    weight: 'cause',
    patterns: [/^pod does not exist\s*$/m],
    examples: ['pod does not exist'],
    title: 'the kubelet that was asked does not have the pod',
    cure: "ask the pod's own node (spec.nodeName), with the right namespace",
    seen: KUBELET,
  },
  {
    id: 'container-not-running',
    weight: 'cause',
    patterns: [
      /checkpointing of (?<which>\S+) failed \(container (?<name>\S+) not found\)/,
      /container "[^"]*" is in (?<state>\S+) state\. only \S+ containers can be checkpointed/,
    ],
    examples: [
      'checkpointing of default/hop1/web failed (container web not found)',
      'checkpointing of default/hop1/web failed (rpc error: code = Unknown desc = container "5976928074a6b0e1d1a4e9a4f1cf9ad7e3f0b7c0f5a2d9b84c6e1f3a7d5b2c90" is in CONTAINER_EXITED state. only CONTAINER_RUNNING containers can be checkpointed)',
    ],
    title: 'the container {{name|asked for}} does not run, and only a running one can be checkpointed',
    cure: 'checkpoint it while it runs; one that has ended has no memory left',
    seen: [
      ...KUBELET,
      { program: 'containerd', version: '2.3.7', source: 'internal/cri/server/container_checkpoint_linux.go' },
    ],
  },
  {
    id: 'source-criu-off',
    weight: 'cause',
    patterns: [/failed to checkpoint container "[^"]*": criu support is disabled by configuration/],
    examples: [
      'checkpointing of default/t11/web failed (rpc error: code = Unknown desc = failed to checkpoint container "5976928074a6b0e1d1a4e9a4f1cf9ad7e3f0b7c0f5a2d9b84c6e1f3a7d5b2c90": criu support is disabled by configuration)',
    ],
    title: "checkpoints are switched off in the source node's containerd",
    cure: 'set enable_criu = true under [plugins."io.containerd.cri.v1.runtime"] in its /etc/containerd/config.toml, and restart containerd',
    seen: CONTAINERD,
  },
  {
    id: 'source-crio-off',
    weight: 'cause',
    patterns: [/checkpoint\/restore support not available/],
    examples: [
      'checkpointing of default/web/web failed (rpc error: code = Unknown desc = checkpoint/restore support not available)',
    ],
    title: "checkpoints are switched off in the source node's CRI-O, or it finds no criu program",
    cure: 'set container_level_enabled = "checkpoint_only" or "checkpoint_restore" under [crio.checkpoint_restore], have criu on CRI-O\'s PATH, and restart CRI-O',
    seen: [{ program: 'CRI-O', version: '1.37.0', source: 'server/container_checkpoint.go' }],
  },
  {
    id: 'checkpoint-timeout',
    weight: 'cause',
    patterns: [/checkpointing of (?<which>\S+) failed \(rpc error: code = DeadlineExceeded/],
    examples: [
      'checkpointing of default/web/web failed (rpc error: code = DeadlineExceeded desc = context deadline exceeded)',
    ],
    title:
      'the checkpoint took longer than the kubelet waits, 2 minutes unless told otherwise; the runtime goes on with it',
    cure: 'look for the archive in /var/lib/kubelet/checkpoints before asking again, and pass ?timeout=<seconds> that fits the memory in use',
    seen: [{ program: 'kubelet', version: '1.36.3', source: 'pkg/kubelet/server/server.go' }],
  },
  {
    id: 'criu-dump-failed',
    weight: 'symptom',
    patterns: [/criu failed: type \w+ errno \d+\s+path= ?(?<log>\S*dump\.log)/],
    examples: [
      'checkpointing of default/src2/listen failed (rpc error: code = Unknown desc = checkpointing container "5976928074a6b0e1d1a4e9a4f1cf9ad7e3f0b7c0f5a2d9b84c6e1f3a7d5b2c90" failed: runc did not terminate successfully: exit status 1: criu failed: type NOTIFY errno 0 path= /run/containerd/io.containerd.runtime.v2.task/k8s.io/5976928074a6b0e1d1a4e9a4f1cf9ad7e3f0b7c0f5a2d9b84c6e1f3a7d5b2c90/criu-dump.log)',
    ],
    title: 'CRIU could not freeze the process, and only its log says why',
    cure: 'read {{log}} on the source node while the container runs, and give it to thaw explain --log',
    seen: [...CONTAINERD, { program: 'CRIU', version: '4.2.1' }],
  },
];
