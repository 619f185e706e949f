import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { silent } from '../cri/call.ts';
import type { Host } from '../host/host.ts';
import { flagValue } from '../host/processes.ts';
import { findProgram, readText } from '../host/read.ts';
import type { Daemon } from '../runtime/daemon.ts';
import { parseToml, type TomlTable } from '../toml.ts';

/** What CRI-O is told. */
export interface CrioConfig {
  /** All of it, as it is in force, without the outer table `crio`. */
  readonly inForce: TomlTable;
  /** The main file, as the node has it, and its text where there is one. */
  readonly file: string;
  readonly text: string | undefined;
  /** The folder of drop-ins; undefined where CRI-O was told to read none. */
  readonly dropIns: string | undefined;
  /** Where CRI-O finds conmon, for entries that name none. */
  readonly conmon: string | undefined;
}

const FILE = '/etc/crio/crio.conf';
const FOLDER = '/etc/crio/crio.conf.d';

/**
 * Reads what CRI-O is told: it says itself what is in force (what `crio status config` prints), and the arguments that it
 * was started with say where it reads. Throws NODE_RUNTIME_SILENT, NODE_CONFIG_UNREADABLE, STORAGE_FAILED.
 */
export async function readCrioConfig(host: Host, { process, socket }: Daemon): Promise<CrioConfig> {
  const file = flagValue(process.args, 'config', 'c') ?? FILE;
  const folder = flagValue(process.args, 'config-dir', 'd') ?? FOLDER;
  const inForce = parseToml(await ask(await host.at(socket)), 'what crio status config prints');
  const conmon = await findProgram(host, 'conmon', process.path);
  return { inForce, file, text: await readText(host, file), dropIns: folder === '' ? undefined : folder, conmon };
}

/** CRI-O answers plain HTTP on the socket where it serves the kubelet (server/inspect.go). */
async function ask(socket: string): Promise<string> {
  const answer = Promise.withResolvers<string>();
  const request = get({ socketPath: socket, path: '/config', timeout: 10_000 }, (response) => {
    if (response.statusCode !== 200) answer.reject(new Error(`/config is answered with ${response.statusCode}`));
    else text(response).then(answer.resolve, answer.reject);
  });
  request.on('timeout', () => request.destroy(new Error('nothing came for 10 s')));
  request.on('error', answer.reject);
  return answer.promise.catch((cause) => Promise.reject(silent(socket, cause)));
}
