import { callCri } from './call.ts';
import { fieldText, readFields, understood } from './message.ts';

/** What a runtime calls itself. */
export interface RuntimeVersion {
  /** `containerd`, `cri-o`. */
  readonly name: string;
  /** `v2.3.7`, `1.37.0`. */
  readonly version: string;
}

/** Asks the runtime behind a socket for its name and version. Throws NODE_RUNTIME_SILENT. */
export async function readVersion(socket: string): Promise<RuntimeVersion> {
  const answer = await callCri(socket, 'Version');
  return understood(socket, () => {
    const fields = readFields(answer);
    return { name: fieldText(fields, 2), version: fieldText(fields, 3) };
  });
}

/** The names of the handlers that the runtime lists; the kubelet puts them into node.status. Throws NODE_RUNTIME_SILENT. */
export async function readHandlers(socket: string): Promise<string[]> {
  const answer = await callCri(socket, 'Status');
  return understood(socket, () => {
    const handlers = readFields(answer).get(3) ?? [];
    return handlers.map((handler) => fieldText(readFields(handler), 1));
  });
}
