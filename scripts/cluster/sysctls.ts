import { readFile, writeFile } from 'node:fs/promises';
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

/** Writes down the values before the kubelets start. */
export async function rememberSysctls(settings: Settings): Promise<void> {
  const values: Record<string, string> = {};
  for (const name of CHANGED_BY_KUBELETS) {
    const value = await readFile(`/proc/sys/${name}`, 'utf8').catch(() => undefined);
    if (value !== undefined) values[name] = value.trim();
  }
  await writeFile(statePaths(settings).sysctls, JSON.stringify(values));
}

/** Puts the values back. */
export async function restoreSysctls(settings: Settings): Promise<void> {
  const text = await readFile(statePaths(settings).sysctls, 'utf8').catch(() => '{}');
  for (const [name, value] of Object.entries(JSON.parse(text) as Record<string, string>))
    await writeFile(`/proc/sys/${name}`, value);
}
