import { ThawError } from '../../errors.ts';
import { readVersion } from '../cri/runtime-status.ts';
import type { Host } from '../host/host.ts';
import { flagValue, type NodeProcess, processesNamed } from '../host/processes.ts';
import { kubeletSocket } from './kubelet.ts';

/** What thaw can be put beside. */
export type RuntimeName = 'containerd' | 'cri-o';

/** The node's runtime as it runs. */
export interface Daemon {
  readonly runtime: RuntimeName;
  readonly version: string;
  /** The path of its socket, as the node has it. */
  readonly socket: string;
  readonly process: NodeProcess;
}

/** The name of its process, and where it listens where nothing else is said. */
const DAEMONS: Readonly<Record<RuntimeName, { readonly process: string; readonly socket: string }>> = {
  containerd: { process: 'containerd', socket: '/run/containerd/containerd.sock' },
  'cri-o': { process: 'crio', socket: '/var/run/crio/crio.sock' },
};

/**
 * Finds the runtime that the kubelet uses: behind `socket` where it is given, else where the kubelet is told to look,
 * else the one that runs. Throws NODE_RUNTIME_UNKNOWN or NODE_RUNTIME_SILENT.
 */
export async function findDaemon(host: Host, socket?: string): Promise<Daemon> {
  const place = socket ?? (await kubeletSocket(host)) ?? (await onlyRunning(host));
  const { name, version } = await readVersion(await host.at(place));
  if (name !== 'containerd' && name !== 'cri-o') {
    throw unknown(`the runtime at ${place} is ${name || 'nameless'}, and thaw knows containerd and CRI-O`, place);
  }
  const candidates = await processesNamed(host, DAEMONS[name].process);
  const process = candidates.find((each) => socketOf(name, each) === place) ?? candidates[0];
  if (process === undefined) {
    throw unknown(`${name} answers at ${place}, and no process of it is seen in ${await host.at('/proc')}`, place);
  }
  return { runtime: name, version, socket: place, process };
}

async function onlyRunning(host: Host): Promise<string> {
  const sockets: string[] = [];
  for (const name of ['containerd', 'cri-o'] as const) {
    const running = await processesNamed(host, DAEMONS[name].process);
    sockets.push(...running.map((process) => socketOf(name, process)));
  }
  const [socket, ...others] = new Set(sockets);
  if (socket !== undefined && others.length === 0) return socket;
  throw unknown(
    socket === undefined
      ? 'neither containerd nor CRI-O runs on this node'
      : `runtimes listen at ${[socket, ...others].join(' and ')}, and no kubelet says which of them it uses`,
    null,
  );
}

function socketOf(name: RuntimeName, { args }: NodeProcess): string {
  const given = name === 'containerd' ? flagValue(args, 'address', 'a') : flagValue(args, 'listen');
  return given ?? DAEMONS[name].socket;
}

function unknown(message: string, socket: string | null): ThawError {
  return new ThawError('NODE_RUNTIME_UNKNOWN', {
    message,
    next: 'start the runtime, or name its socket with --socket <path>',
    facts: { socket },
  });
}
