import type { CgroupPlan } from './cgroups.ts';
import { runcLimits, runcWrapper } from './crio-runc.ts';
import type { RuntimeParts } from './node-files.ts';
import { registryAddress } from './registry.ts';
import type { Settings } from './settings.ts';

/** What a CRI-O node stands on. */
export interface CrioHost {
  /** Whether runc may lower oom_score_adj. */
  readonly sysResource: boolean;
  readonly plan: CgroupPlan;
  /** The host's folder with its programs, as gatherCrio makes it. */
  readonly programs: string;
}

/** What a test may switch on a CRI-O node. */
export interface CrioSwitches {
  readonly level?: CheckpointRestoreLevel;
}

/** What CRI-O may do with checkpoints. Releases that have only `enable_criu_support` take all but `none` for everything. */
export type CheckpointRestoreLevel = 'none' | 'checkpoint_only' | 'checkpoint_restore';

const SOCKET = '/run/crio/crio.sock';

/** A node of CRI-O, whatever its version: the configuration says the same thing in the words of each. */
export function crioParts(settings: Settings, { sysResource, plan, programs }: CrioHost): RuntimeParts {
  const wrapper = runcWrapper(runcLimits(sysResource, plan));
  return {
    settings: {
      'crio.conf': crioConfig(settings, wrapper !== undefined),
      runtime: { program: START },
      ...(wrapper === undefined ? {} : { runc: { program: wrapper } }),
    },
    root: {
      // Not by `signature_policy`: with that key set, in whatever namespace, CRI-O refuses to restore.
      'etc/containers/policy.json': JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }),
      'etc/containers/registries.conf': registriesConfig(settings),
      'etc/crictl.yaml': `runtime-endpoint: unix://${SOCKET}\nimage-endpoint: unix://${SOCKET}\n`,
    },
    socket: SOCKET,
    storage: '/var/lib/containers',
    programs: [programs],
  };
}

/** No drop-in folder, so that nothing but the one file counts; libraries only for what the root itself has not got. */
const START = `#!/bin/sh
exec env LD_LIBRARY_PATH="$(dirname "$(command -v crio)")/lib" crio --config /node/crio.conf --config-dir ''
`;

/**
 * crio.conf(5). Programs that it does not name (runc, conmon, pinns) CRI-O looks for on PATH. Restore is switched on
 * twice: by `enable_criu_support` for 1.25 and later, and by `container_level_enabled`, which came after 1.36.3 and
 * whose default depends on the release. Each release passes over the key that it does not know.
 */
export function crioConfig(
  { registryName }: Settings,
  wrapsRunc: boolean,
  { level = 'checkpoint_restore' }: CrioSwitches = {},
): string {
  return [
    '[crio]',
    'root = "/var/lib/containers/storage"',
    'runroot = "/run/containers/storage"',
    'storage_driver = "overlay"',
    '[crio.api]',
    `listen = "${SOCKET}"`,
    '[crio.runtime]',
    'default_runtime = "runc"',
    'cgroup_manager = "cgroupfs"',
    `enable_criu_support = ${level !== 'none'}`,
    '[crio.runtime.runtimes.runc]',
    `runtime_path = "${wrapsRunc ? '/node/runc' : ''}"`,
    'runtime_root = "/run/runc"',
    'monitor_cgroup = "pod"',
    // Without it conmon's children have no PATH, and runc finds no criu.
    'monitor_env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]',
    '[crio.checkpoint_restore]',
    `container_level_enabled = "${level}"`,
    '[crio.image]',
    `pause_image = "${registryName}/pause:1"`,
    // Whatever the image itself starts.
    'pause_command = ""',
    '[crio.network]',
    'network_dir = "/etc/cni/net.d"',
    'plugin_dirs = ["/usr/lib/cni"]',
    '',
  ].join('\n');
}

/** containers-registries.conf(5): the one name that the nodes know leads to the bed's registry, in plain HTTP. */
function registriesConfig(settings: Settings): string {
  return [
    '[[registry]]',
    `prefix = "${settings.registryName}"`,
    `location = "${registryAddress(settings)}"`,
    'insecure = true',
    '',
  ].join('\n');
}
