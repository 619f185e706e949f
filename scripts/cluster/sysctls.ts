import { readFile, writeFile } from 'node:fs/promises';
import { otherBeds } from './network.ts';
import type { Settings } from './settings.ts';
import { statePaths } from './state.ts';

/** What kubelets set in the host's kernel, whatever namespaces they run in (pkg/kubelet/cm, setupKernelTunables). */
const CHANGED_BY_KUBELETS = [
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
];

/** Every kubelet, runtime, shim and CRIU itself takes some of these, and the kernel's default of 128 is for all of them. */
const INOTIFY = 'fs/inotify/max_user_instances';
const INOTIFY_WANTED = 1024;

/**
 * Writes down the values before the kubelets start. Where another bed is up they are its kubelets' already, and what it
 * has written down is the truth.
 */
export async function rememberSysctls(settings: Settings): Promise<void> {
  const values: Record<string, string> = {};
  for (const name of [...CHANGED_BY_KUBELETS, INOTIFY]) {
    const value = await readFile(`/proc/sys/${name}`, 'utf8').catch(() => undefined);
    if (value !== undefined) values[name] = value.trim();
  }
  for (const state of await otherBeds(settings)) Object.assign(values, await readValues({ ...settings, state }));
  await writeFile(statePaths(settings).sysctls, JSON.stringify(values));
}

/** Makes room for the nodes' file watches: without it CRIU fails with `Can't create inotify: Too many open files`. */
export async function raiseInotify(): Promise<void> {
  const now = Number(await readFile(`/proc/sys/${INOTIFY}`, 'utf8'));
  if (now < INOTIFY_WANTED) await writeFile(`/proc/sys/${INOTIFY}`, `${INOTIFY_WANTED}`);
}

/** Puts the values back, unless another bed still wants what its kubelets have set: then that is left to its end. */
export async function restoreSysctls(settings: Settings): Promise<void> {
  if ((await otherBeds(settings)).length > 0) return;
  for (const [name, value] of Object.entries(await readValues(settings))) await writeFile(`/proc/sys/${name}`, value);
}

async function readValues(settings: Settings): Promise<Record<string, string>> {
  const text = await readFile(statePaths(settings).sysctls, 'utf8').catch(() => '{}');
  return JSON.parse(text) as Record<string, string>;
}
