import { readFile } from 'node:fs/promises';

/** Numbers of capabilities, as capabilities(7) and linux/capability.h give them. */
const CAP_SYS_RESOURCE = 24n;

/**
 * Whether the text of /proc/<pid>/status says that the process has CAP_SYS_RESOURCE. Without it runc cannot lower
 * oom_score_adj, and CRIU cannot dump a process of another user.
 */
export function hasSysResource(status: string): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return ((BigInt(`0x${effective}`) >> CAP_SYS_RESOURCE) & 1n) === 1n;
}

/** The same of this process. */
export async function haveSysResource(): Promise<boolean> {
  return hasSysResource(await readFile('/proc/self/status', 'utf8'));
}
