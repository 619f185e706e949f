import type { Failure } from '../failure.ts';

/** What runc and the kernel say of a container that cannot start. */
export const RUNC: readonly Failure[] = [
  {
    id: 'exec-format',
    weight: 'cause',
    patterns: [/exec format error/],
    examples: ['exec /bin/counter: exec format error'],
    title: "the image is for another CPU architecture than {{node}}'s, and was started cold, not restored",
    cure: "choose a target node of the image's architecture: thaw inspect names it",
    seen: [{ program: 'Linux', version: '6.18', source: 'ENOEXEC' }],
  },
  {
    id: 'oom-score',
    weight: 'possibility',
    patterns: [/can't get final child's PID from pipe: EOF/],
    examples: ["runc create failed: unable to start container process: can't get final child's PID from pipe: EOF"],
    title: "runc may not lower the process's OOM score: the node's root lacks CAP_SYS_RESOURCE",
    cure: 'set restrict_oom_score_adj = true under [plugins."io.containerd.cri.v1.runtime"], and restart containerd',
    seen: [
      { program: 'runc', version: '1.3.6' },
      { program: 'containerd', version: '2.3.7' },
    ],
  },
  {
    id: 'user-namespaces',
    weight: 'cause',
    patterns: [/can't set `spec\.hostUsers: false`, runtime does not support user namespaces/],
    examples: ["can't set `spec.hostUsers: false`, runtime does not support user namespaces"],
    title: "the pod asks for a user namespace, which {{node}}'s runc cannot make",
    cure: 'install runc 1.2 or newer on the node, or leave out hostUsers: false',
    seen: [{ program: 'runc', version: '1.1.15' }],
  },
];
