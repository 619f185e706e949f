import { isThawError } from '../../errors.ts';
import { callCri } from './call.ts';
import { fieldText, readFields, understood } from './message.ts';

/** A pod as its runtime has it. */
export interface Sandbox {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  /** The handler that its RuntimeClass names; empty for the default one. */
  readonly handler: string;
}

/**
 * All pods that the runtime has, running or not. CRI-O leaves the handler out of its list, and is asked for each pod.
 * Throws NODE_RUNTIME_SILENT.
 */
export async function readSandboxes(socket: string, runtime: 'containerd' | 'cri-o'): Promise<Sandbox[]> {
  const answer = await callCri(socket, 'ListPodSandbox');
  const listed = understood(socket, () => (readFields(answer).get(1) ?? []).map(sandboxOf));
  if (runtime === 'containerd') return listed;
  return Promise.all(listed.map(async (sandbox) => ({ ...sandbox, handler: await handlerOf(socket, sandbox.id) })));
}

function sandboxOf(message: Uint8Array): Sandbox {
  const fields = readFields(message);
  const metadata = readFields(fields.get(2)?.[0] ?? new Uint8Array());
  const [name, namespace] = [fieldText(metadata, 1), fieldText(metadata, 3)];
  return { id: fieldText(fields, 1), name, namespace, handler: fieldText(fields, 7) };
}

/** In what CRI-O says at length of a pod, its handler is among the annotations (server/sandbox_status.go). */
const ANNOTATION = 'io.kubernetes.cri-o.RuntimeHandler';

async function handlerOf(socket: string, id: string): Promise<string> {
  try {
    const answer = await callCri(socket, 'PodSandboxStatus', verboseRequest(id));
    return understood(socket, () => {
      const info = (readFields(answer).get(2) ?? []).map((entry) => readFields(entry));
      const said = info.find((entry) => fieldText(entry, 1) === 'info');
      const spec = JSON.parse(said === undefined ? '{}' : fieldText(said, 2)).runtimeSpec;
      return String(spec?.annotations?.[ANNOTATION] ?? '');
    });
  } catch (error) {
    // One that is removed while it is asked for.
    if (isThawError(error, 'NODE_RUNTIME_SILENT') && /gRPC status 5:/.test(error.found)) return '';
    throw error;
  }
}

/** PodSandboxStatusRequest: the ID, at most 127 bytes of it, and verbose. */
function verboseRequest(id: string): Buffer {
  const bytes = Buffer.from(id).subarray(0, 127);
  return Buffer.concat([Buffer.from([0x0a, bytes.length]), bytes, Buffer.from([0x10, 1])]);
}
