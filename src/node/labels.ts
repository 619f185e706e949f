import type { NodeStatus } from './status.ts';

/** The labels that thaw puts on nodes; schedulers and people choose by them. */
const KEYS = ['runtime', 'runtime-version', 'runc', 'criu', 'kernel', 'restore-image', 'restore-runtime'] as const;

/** Labels by their keys; null takes one away. */
export type NodeLabels = Readonly<Record<string, string | null>>;

/** A node's labels: versions, and for each restore method whether it works. */
export function labelsOf({ runtime, runc, criu, kernel, methods }: NodeStatus): NodeLabels {
  const values: Record<(typeof KEYS)[number], string | null> = {
    runtime: runtime.name,
    'runtime-version': runtime.version.replace(/^v/, ''),
    runc,
    criu,
    kernel,
    'restore-image': `${methods.includes('image')}`,
    'restore-runtime': `${methods.includes('runtime')}`,
  };
  return Object.fromEntries(KEYS.map((key) => [`dev.thaw/${key}`, values[key] === null ? null : legal(values[key])]));
}

/** What takes all of them away. */
export const NO_LABELS: NodeLabels = Object.fromEntries(KEYS.map((key) => [`dev.thaw/${key}`, null]));

/** Letters, digits, `-`, `_` and `.`, at most 63, the first and the last a letter or digit. */
function legal(value: string): string {
  const cut = value.replace(/[^\w.-]/g, '_').slice(0, 63);
  return cut.replace(/^[^a-z\d]+|[^a-z\d]+$/gi, '');
}
