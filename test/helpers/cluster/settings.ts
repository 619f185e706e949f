import { join } from 'node:path';
import { type Settings, settingsOf } from '../../../scripts/cluster/settings.ts';

/** A runtime that the tests run on. */
export type RuntimeKind = Settings['nodes'][number]['runtime']['kind'];

/** The tests' own bed: in a folder beside a person's, with networks that a person does not choose. */
const NUMBER = process.env['THAW_E2E_NUMBER'] || '90';

/** The variables that tell scripts/cluster which bed is meant. */
export function bedEnvironment(runtime: RuntimeKind): Readonly<Record<string, string>> {
  const { cache } = settingsOf({ ...process.env, THAW_RUNTIMES: 'containerd' });
  return { THAW_CLUSTER: join(cache, `e2e-${NUMBER}`), THAW_CLUSTER_NUMBER: NUMBER, THAW_RUNTIMES: runtime };
}

/** The settings that scripts/cluster makes of them. */
export function bedSettings(runtime: RuntimeKind): Settings {
  return settingsOf({ ...process.env, ...bedEnvironment(runtime) });
}

/** containerd, and CRI-O where this machine has one. */
export function runtimes(): RuntimeKind[] {
  try {
    return [
      'containerd',
      ...bedSettings('crio')
        .nodes.slice(0, 1)
        .map(({ runtime }) => runtime.kind),
    ];
  } catch {
    return ['containerd'];
  }
}
