import { callCri } from './call.ts';
import { fieldText, readFields, understood } from './message.ts';

/** A pod as its runtime has it. */
export interface Sandbox {
  readonly namespace: string;
  readonly name: string;
  /** The handler that its RuntimeClass names; empty for the default one. */
  readonly handler: string;
}

/** All pods that the runtime has, running or not. Throws NODE_RUNTIME_SILENT. */
export async function readSandboxes(socket: string): Promise<Sandbox[]> {
  const answer = await callCri(socket, 'ListPodSandbox');
  return understood(socket, () => (readFields(answer).get(1) ?? []).map(sandboxOf));
}

function sandboxOf(message: Uint8Array): Sandbox {
  const fields = readFields(message);
  const metadata = readFields(fields.get(2)?.[0] ?? new Uint8Array());
  return { name: fieldText(metadata, 1), namespace: fieldText(metadata, 3), handler: fieldText(fields, 7) };
}
