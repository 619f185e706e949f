import { parse } from 'yaml';
import type { Host } from '../host/host.ts';
import { flagValue, processesNamed } from '../host/processes.ts';
import { readText } from '../host/read.ts';

/**
 * Where the kubelet looks for its runtime: its flag, or its configuration file. Undefined where no kubelet runs as a program
 * of its own (as in k3s), or where it is told nothing.
 */
export async function kubeletSocket(host: Host): Promise<string | undefined> {
  const [kubelet] = await processesNamed(host, 'kubelet');
  if (kubelet === undefined) return undefined;
  const flag = flagValue(kubelet.args, 'container-runtime-endpoint');
  const file = flagValue(kubelet.args, 'config');
  return socketPath(flag ?? endpointOf(file === undefined ? undefined : await readText(host, file)));
}

function endpointOf(config: string | undefined): string | undefined {
  if (config === undefined) return undefined;
  try {
    const { containerRuntimeEndpoint } = parse(config) ?? {};
    return typeof containerRuntimeEndpoint === 'string' ? containerRuntimeEndpoint : undefined;
  } catch {
    // Whatever it is, the kubelet read it; the runtime is found otherwise.
    return undefined;
  }
}

function socketPath(endpoint: string | undefined): string | undefined {
  return endpoint?.replace(/^unix:\/\//, '') || undefined;
}
