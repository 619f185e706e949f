import type { Credentials } from '../../checkpoint/criu/credentials.ts';
import type { BundleConfig } from '../bundle/config.ts';
import { allowedCapabilities, capabilityNames } from './capabilities.ts';

/** A thread of a checkpoint. */
export interface Thread {
  readonly credentials: Credentials;
  /** Whether it is the first one of its process. */
  readonly first: boolean;
}

/**
 * What a thread would be allowed beyond what its container is: CRIU gives it what is in the images, as root of the node.
 * Undefined where there is nothing. A thread may have become less than its container is, or, where the container lets
 * programs gain rights, another user.
 */
export function exceedsThread({ credentials, first }: Thread, config: BundleConfig): string | undefined {
  const { process = {}, linux = {} } = config;
  const { capabilities, noNewPrivileges, uids, filtered } = credentials;
  const beyond = capabilities & ~allowedCapabilities(process.capabilities?.bounding ?? []);
  if (beyond !== 0n) return `has ${capabilityNames(beyond).join(', ')}, and the pod does not give them`;
  if (first && !filtered && isRestrictive(linux.seccomp)) return 'has no seccomp filter, and the pod wants one';
  if (process.noNewPrivileges !== true) return undefined;
  if (!noNewPrivileges) return 'may gain rights, and the pod sets allowPrivilegeEscalation: false';
  if (uids.includes(0) && (process.user?.uid ?? 0) !== 0)
    return `runs as root, and the pod as user ${process.user?.uid}`;
  return undefined;
}

function isRestrictive(seccomp: { readonly defaultAction?: string } | undefined): boolean {
  return seccomp !== undefined && seccomp.defaultAction !== 'SCMP_ACT_ALLOW';
}
