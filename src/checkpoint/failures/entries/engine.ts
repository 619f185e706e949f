import { isAnnotated, onAbleContainerd } from '../conditions.ts';
import type { FailureContext } from '../context.ts';
import type { Failure } from '../failure.ts';

const BOTH = [
  { program: 'containerd', version: '2.3.7' },
  { program: 'CRI-O', version: '1.37.0' },
];

/** CRI-O names the paths; CRIU's log does not always; a check does. */
export const mountMissing: Failure = {
  id: 'mount-missing',
  weight: 'cause',
  patterns: [
    /expects following bind mounts defined \((?<paths>[^)]*)\)/,
    /thaw: MOUNT_MISSING: [^\n]{1,200}frozen: (?<paths>[^\n]{1,2000}?)\. Mount a volume/,
    /mnt: No mapping for \d+:(?:\(null\)|(?<paths>\S+)) mountpoint/,
  ],
  examples: [
    'thaw: MOUNT_MISSING: the pod lacks mounts that the container had when it was frozen: /data, /etc/app. Mount a volume at each of these paths in this container, with what the program expects there.',
    'restoring "checkpoint-registry.local/checkpoints:web-1" expects following bind mounts defined (/data,/var/run/secrets/kubernetes.io/serviceaccount)',
    '(00.010612)      1: Error (criu/mount.c:3141): mnt: No mapping for 170:(null) mountpoint',
  ],
  title: 'the pod lacks mounts that the container had when it was frozen: {{paths|CRIU does not say which}}',
  cure: 'mount a volume at {{paths|each path that thaw inspect lists under required mounts}} in this container, with what the program expects there (thaw pod does it); a service account token needs automountServiceAccountToken: true',
  seen: [...BOTH, { program: 'CRIU', version: '4.2.1' }, { program: 'thaw', version: '0.1.0' }],
};

export const otherEngine: Failure = {
  id: 'other-engine',
  weight: 'cause',
  patterns: [],
  examples: [],
  title: 'the archive was made by {{made}}, and {{node}} runs {{engine}}: each engine restores only its own',
  cure: 'choose a target node that runs {{made}}, or checkpoint the source on a node that runs what the target runs',
  seen: BOTH,
};

export const otherArchitecture: Failure = {
  id: 'other-architecture',
  weight: 'cause',
  patterns: [/Core march mismatch \d+/],
  examples: ['Error (criu/cr-restore.c:854): Core march mismatch 4'],
  title: 'the process was frozen on {{frozen|another architecture}}, and {{node}} is {{architecture|another}}',
  cure: 'choose a target node of the architecture {{frozen|that the process was frozen on (thaw inspect names it)}}',
  seen: [{ program: 'CRIU', version: '4.2', source: 'criu/cr-restore.c' }],
};

export const baseImageNotBrought: Failure = {
  id: 'base-image-not-brought',
  weight: 'advice',
  patterns: [],
  examples: [],
  title:
    'the pod does not bring its base image {{base}} along, so the restore works only on nodes that have it already',
  cure: 'add a volume that is mounted nowhere: image: {reference: "{{base}}", pullPolicy: IfNotPresent} (thaw pod adds it)',
  seen: BOTH,
};

export const restartPolicy: Failure = {
  id: 'restart-policy',
  weight: 'advice',
  patterns: [],
  examples: [],
  title:
    'restartPolicy is {{policy}}: when the program ends, containerd restores the same checkpoint again, and CRI-O fails with "container with given ID already exists"',
  cure: 'set restartPolicy: Never in the restored pod',
  seen: BOTH,
};

export const closedConnection: Failure = {
  id: 'closed-connection',
  weight: 'possibility',
  patterns: [],
  examples: [],
  title:
    'SIGPIPE ended the program (exit code 141): the {{connected}} TCP connections that it had were closed by the restore',
  cure: 'let the program ignore SIGPIPE and connect anew; connections to other hosts do not survive a move',
  seen: [{ program: 'CRIU', version: '4.2.1' }],
};

/** Texts whose meaning hangs on image and node, and what only a look at both finds. */
export const ENGINE: readonly Failure[] = [
  mountMissing,
  {
    id: 'annotation-missing',
    weight: 'cause',
    patterns: [/no command specified/, /exec: \\?"\/\.thaw\/restore-only\\?": [^\n]*no such file or directory/],
    when: (context) => context.pod?.method !== 'runtime' && lacksAnnotation(context),
    examples: [
      'failed to generate container "5976928074a6b0e1d1a4e9a4f1cf9ad7e3f0b7c0f5a2d9b84c6e1f3a7d5b2c90" spec: failed to generate spec: no command specified',
      'exec: "/.thaw/restore-only": stat /.thaw/restore-only: no such file or directory',
    ],
    title: 'the image has no checkpoint annotation where {{node}} looks for it, so it is taken for an ordinary image',
    cure: 'convert the archive with thaw convert, and name the manifest it prints; where an image index stands in front of it, name the manifest by digest instead',
    seen: BOTH,
  },
  {
    id: 'no-command',
    weight: 'symptom',
    patterns: [/no command specified/],
    when: ({ node }) => !['containerd', 'cri-o'].includes(node?.engine?.name ?? ''),
    examples: [
      'failed to generate container "5976928074a6b0e1d1a4e9a4f1cf9ad7e3f0b7c0f5a2d9b84c6e1f3a7d5b2c90" spec: failed to generate spec: no command specified',
    ],
    title:
      'the node took the checkpoint image for an ordinary image: its restore is switched off or removed, or the image lacks the checkpoint annotation',
    cure: "let thaw explain read the node and the image: it tells the two apart by the runtime's version (kubectl get node -o wide) and the manifest's annotations (thaw inspect)",
    seen: [...BOTH, { program: 'containerd', version: '2.4.2' }],
  },
  otherEngine,
  otherArchitecture,
  baseImageNotBrought,
  restartPolicy,
  closedConnection,
];

/** A containerd that can restore says so where that is switched off, so silence means that it saw no annotation. */
function lacksAnnotation(context: FailureContext): boolean {
  const annotated = isAnnotated(context);
  return annotated === false || (annotated === undefined && onAbleContainerd(context));
}
