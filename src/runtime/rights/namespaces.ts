import type { NamespaceIds, NamespaceKind } from '../../checkpoint/criu/namespaces.ts';
import type { BundleConfig } from '../bundle/config.ts';

/** Kinds that a process must have for itself where its container has them; the cgroup's only hides names. */
const KINDS: readonly NamespaceKind[] = ['pid', 'network', 'ipc', 'uts', 'mount', 'user'];

/**
 * In which of the node's namespaces a process would live although its container has its own: CRIU leaves a process where
 * it is itself when the images say that it shared a namespace with CRIU. Undefined where in none.
 */
export function exceedsNamespaces(ids: NamespaceIds, outside: NamespaceIds, config: BundleConfig): string | undefined {
  const own = new Set((config.linux?.namespaces ?? []).map(({ type }) => type));
  const shared = KINDS.find((kind) => own.has(kind) && (ids[kind] === undefined || ids[kind] === outside[kind]));
  return shared === undefined ? undefined : `would live in the node's ${shared} namespace, and the pod has its own`;
}
