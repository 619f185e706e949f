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
