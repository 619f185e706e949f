import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from './settings.ts';

/** Where a running bed keeps what. Everything is below `settings.state`. */
export interface StatePaths {
  /** The settings that `up` was called with, so that `down` undoes those and not today's. */
  readonly settings: string;
  /** Values of the kernel's settings before `up`, which the kubelets change. */
  readonly sysctls: string;
  readonly pki: string;
  readonly logs: string;
  readonly processes: string;
  readonly etcd: string;
  readonly registry: string;
  readonly kubeconfig: string;
}

/** Where one node keeps what, as the host sees it. */
export interface NodePaths {
  readonly folder: string;
  /** The node's settings and logs; the node has it at /node. */
  readonly settings: string;
  /** Files laid over the node's root before it starts. */
  readonly root: string;
  /** The node's /var/lib/kubelet. */
  readonly kubelet: string;
  /** The node's /var/lib/containerd or /var/lib/containers: must not be on an overlay. */
  readonly runtime: string;
}

/** The paths of a bed. */
export function statePaths({ state }: Settings): StatePaths {
  return {
    settings: join(state, 'settings.json'),
    sysctls: join(state, 'sysctls.json'),
    pki: join(state, 'pki'),
    logs: join(state, 'log'),
    processes: join(state, 'processes'),
    etcd: join(state, 'etcd'),
    registry: join(state, 'registry'),
    kubeconfig: join(state, 'kubeconfig'),
  };
}

/** The paths of one of its nodes. */
export function nodePaths({ state }: Settings, node: string): NodePaths {
  const folder = join(state, node);
  return {
    folder,
    settings: join(folder, 'settings'),
    root: join(folder, 'root-files'),
    kubelet: join(folder, 'kubelet'),
    runtime: join(folder, 'runtime'),
  };
}

/** Makes the state folder and writes down what `down` must know, before anything else is changed. */
export async function makeState(settings: Settings): Promise<void> {
  const { settings: file, sysctls: _sysctls, kubeconfig: _kubeconfig, ...folders } = statePaths(settings);
  await mkdir(settings.state, { recursive: true, mode: 0o700 });
  await writeFile(file, JSON.stringify(settings));
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true, mode: 0o700 });
}

/** The settings that the bed in this state folder was started with, or undefined where there is none. */
export async function settingsInForce(settings: Settings): Promise<Settings | undefined> {
  try {
    return JSON.parse(await readFile(statePaths(settings).settings, 'utf8')) as Settings;
  } catch {
    return undefined;
  }
}

/** Removes the state folder. */
export async function removeState({ state }: Settings): Promise<void> {
  await rm(state, { recursive: true, force: true, maxRetries: 5 });
}
