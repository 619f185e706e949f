import { gatherFacts, type NodeFacts } from './doctor/facts.ts';
import { type Finding, findingsOf, methodsOf } from './doctor/findings.ts';
import type { Host } from './host/host.ts';

/** What a node can do, and what stands in the way. */
export interface NodeStatus extends NodeFacts {
  /** The restore methods that work. */
  readonly methods: readonly ('image' | 'runtime')[];
  readonly findings: readonly Finding[];
}

/** Looks at a node and judges. Throws what gatherFacts throws. */
export async function nodeStatus(host: Host, socket?: string): Promise<NodeStatus> {
  const facts = await gatherFacts(host, socket);
  const findings = findingsOf(facts);
  return { ...facts, methods: methodsOf(findings), findings };
}
