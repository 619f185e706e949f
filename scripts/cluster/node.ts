import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeCertificate } from './certificates.ts';
import type { CgroupPlan } from './cgroups.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { kubeletFiles } from './kubelet.ts';
import { plugIn } from './network.ts';
import { makeCgroups, makeRoomForControllers } from './node-cgroups.ts';
import { commonFiles, type HostFacts, type RuntimeParts, writeFiles } from './node-files.ts';
import { isAlive, lastWords, remember, startDaemon } from './processes.ts';
import type { NodeSettings, Settings } from './settings.ts';
import { nodePaths, statePaths } from './state.ts';
import { waitFor } from './wait.ts';

/** What a node is made of, beside its settings. */
export interface NodeParts {
  readonly plan: CgroupPlan;
  readonly host: HostFacts;
  /** The Debian root that it is laid over. */
  readonly base: string;
  /** The host's folder with the kubelet. */
  readonly kubernetes: string;
  readonly runtime: RuntimeParts;
}

/** Starts a node: certificate, files, cgroups, first process, network. Its kubelet then joins by itself. */
export async function startNode(settings: Settings, node: NodeSettings, parts: NodeParts): Promise<void> {
  await writeNode(settings, node, parts);
  const outer = await startDaemon(
    settings,
    node.name,
    'sh',
    [besides('node-enter.sh'), ...(await makeCgroups(settings, parts.plan, node))],
    { PATH: process.env['PATH'], INIT: besides('node-init.sh'), ...environment(settings, node, parts) },
  );
  let init: number | undefined;
  await waitFor(
    `the first process of ${node.name}`,
    10,
    async () => {
      if (!isAlive(outer)) throw new Error(`${node.name} ended at once: ${await lastWords(settings, node.name)}`);
      init = await initOf(outer.pid);
      return init !== undefined;
    },
    () => lastWords(settings, node.name),
  );
  const { pid } = await remember(settings, `${node.name}.init`, init ?? 0);
  await makeRoomForControllers(settings, parts.plan, node);
  await plugIn(settings, node, pid);
}

async function writeNode(settings: Settings, node: NodeSettings, { host, runtime }: NodeParts): Promise<void> {
  const { pki } = statePaths(settings);
  const paths = nodePaths(settings, node.name);
  for (const folder of Object.values(paths)) await mkdir(folder, { recursive: true, mode: 0o700 });
  await makeCertificate(pki, {
    file: node.name,
    name: `system:node:${node.name}`,
    group: 'system:nodes',
    serves: [`IP:${node.address}`, `DNS:${node.name}`],
  });
  await writeKubeconfig(pki, node.name, `https://${settings.host}:6443`, join(paths.settings, 'kubelet.conf'));
  await copyFile(join(pki, 'ca.crt'), join(paths.settings, 'ca.crt'));
  for (const part of ['crt', 'key'])
    await copyFile(join(pki, `${node.name}.${part}`), join(paths.settings, `node.${part}`));
  await writeFiles(paths.settings, { ...kubeletFiles(node, runtime.socket), ...runtime.settings });
  await writeFiles(paths.root, { ...commonFiles(settings, node, host), ...runtime.root });
}

function environment(
  settings: Settings,
  node: NodeSettings,
  { plan, base, kubernetes, runtime }: NodeParts,
): Record<string, string> {
  return {
    NODE: node.name,
    BASE: base,
    FOLDER: nodePaths(settings, node.name).folder,
    STORAGE: runtime.storage,
    SOCKET: runtime.socket,
    PROGRAMS: [kubernetes, ...runtime.programs].join('\n'),
    CGROUPS: `${plan.version}`,
    ...(plan.version === 1
      ? { HIERARCHIES: plan.hierarchies.map((one) => `${basename(one.folder)} ${one.controllers}`).join('\n') }
      : {}),
  };
}

/** unshare's child, once it is bash and not unshare itself any more. */
async function initOf(outer: number): Promise<number | undefined> {
  try {
    const [child] = (await readFile(`/proc/${outer}/task/${outer}/children`, 'utf8')).split(' ');
    if (!child || (await readFile(`/proc/${child}/comm`, 'utf8')).trim() !== 'bash') return undefined;
    return Number(child);
  } catch {
    return undefined;
  }
}

function besides(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
