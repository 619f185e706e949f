import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleConfig } from '../bundle/config.ts';
import { engineOfBundle, type Owner } from '../bundle/owner.ts';
import type { CheckpointImage } from '../image/image.ts';

/** Members that hold the container's log: containerd's, CRI-O's, Podman's. All are in the CRI's format. */
const MEMBERS = ['container.log', 'io.kubernetes.cri-o.LogPath', 'ctr.log'];
/** The kubelet's folder of logs, unless a node's podLogsDir says otherwise; then the old log stays behind. */
const POD_LOGS = '/var/log/pods';
/** What the kubelet keeps of a container's log before it starts a new file (containerLogMaxSize). */
const MAX_BYTES = 10 * 1024 * 1024;

/**
 * Puts the end of the archived log in front of the new one: the engine has opened the new log, to append to it, and nothing
 * is written yet. The log is a help for people and no part of the restore, so whatever goes wrong with it is passed over.
 */
export function carryLog(image: CheckpointImage, config: BundleConfig, owner: Owner): void {
  const from = MEMBERS.map((name) => image.pathOf(name)).find((path) => path !== undefined);
  try {
    const to = logOf(config, owner);
    if (from === undefined || to === undefined) return;
    appendTo(to, wholeLines(tailOf(from)));
  } catch {
    // The container is restored without its old log.
  }
}

/** The file that the engine writes the container's log to. containerd does not say it, but the kubelet has it named. */
function logOf(config: BundleConfig, { uid, container, pod }: Owner): string | undefined {
  if (engineOfBundle(config) === 'cri-o') return config.annotations?.['io.kubernetes.cri-o.LogPath'];
  const [namespace, name] = pod.split('/');
  const folder = join(POD_LOGS, `${namespace}_${name}_${uid}`, container);
  const attempts = readdirSync(folder).flatMap((file) => /^(\d+)\.log$/.exec(file)?.[1] ?? []);
  return attempts.length === 0 ? undefined : join(folder, `${Math.max(...attempts.map(Number))}.log`);
}

function tailOf(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, MAX_BYTES));
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, size - bytes.length));
  } finally {
    closeSync(file);
  }
}

/** Lines as the CRI has them (k8s.io/cri-client, pkg/logs); the kubelet shows nothing of a log that begins otherwise. */
const LINE = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) (?:stdout|stderr) [FP](?::\S*)? /;

function wholeLines(text: string): string {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  const whole = lines.filter((line) => LINE.test(line));
  return whole.length === 0 ? '' : `${whole.join('\n')}\n`;
}

function appendTo(path: string, text: string): void {
  const file = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW);
  try {
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}
