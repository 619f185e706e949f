import type { Failure } from '../failure.ts';

/** Also found by a check, from the handlers that the node lists. */
export const handlerMissing: Failure = {
  id: 'handler-missing',
  weight: 'cause',
  patterns: [
    /no runtime for "(?<handler>[^"]+)" is configured/,
    /failed to find runtime handler (?<handler>\S+) from runtime list/,
  ],
  examples: [
    'no runtime for "thaw" is configured',
    'failed to find runtime handler thaw from runtime list map[runc:0xc000]',
  ],
  title: "{{node}}'s runtime has no handler {{handler}}, which the pod's RuntimeClass names",
  cure: "register the handler {{handler}} in the runtime's configuration on the node and restart it; node.status.runtimeHandlers then lists it",
  seen: [
    { program: 'containerd', version: '2.3.7', source: 'internal/cri/config/config.go' },
    { program: 'CRI-O', version: '1.37.0', source: 'internal/oci/oci.go' },
  ],
};

/** What the runtime thaw itself says: a code of errors.md, what it found, what to do. */
export const thawRuntimeRefused: Failure = {
  id: 'thaw-runtime-refused',
  weight: 'cause',
  patterns: [
    /thaw: (?<code>(?!MOUNT_MISSING)[A-Z][A-Z_]{2,40}): (?<why>[^\n]{1,2000}?)\. (?<next>[A-Z][^\n]{0,2000})\./,
  ],
  examples: [
    'failed to create shim task: OCI runtime create failed: thaw: RESTORED_BEFORE: the checkpoint was restored on this node before, as container web of pod web-0 (UID 7d3f0a52), at 2026-11-22T11:14:10Z. Delete that pod first, or set THAW_RESTART=again in the container where two copies of one process may be.: unknown',
  ],
  title: 'the runtime thaw refuses with {{code}}: {{why}}',
  cure: '{{next|do what the message says; errors.md lists the codes}}',
  seen: [{ program: 'thaw', version: '0.1.0' }],
};

/** What is said of a pod that the runtime thaw should restore. */
export const THAW_RUNTIME: readonly Failure[] = [
  {
    id: 'thaw-runtime-not-used',
    weight: 'cause',
    patterns: [/exec: \\?"\/\.thaw\/restore-only\\?": [^\n]*no such file or directory/],
    when: ({ pod }) => pod?.method !== 'image',
    examples: ['exec: "/.thaw/restore-only": stat /.thaw/restore-only: no such file or directory'],
    title: 'another runtime than thaw got the container, which refuses to start cold',
    cure: 'name runtimeClassName: thaw in the pod, and let the RuntimeClass thaw name the handler thaw',
    seen: [
      { program: 'containerd', version: '2.3.7' },
      { program: 'CRI-O', version: '1.37.0' },
    ],
  },
  handlerMissing,
];
