import type { HostFacts, RuntimeParts } from './node-files.ts';
import type { Settings } from './settings.ts';

/** What a test may switch on a containerd node. */
export interface ContainerdSwitches {
  /** `enable_experimental_restore_via_create`: containerd 2.3 restores from images only with it. */
  readonly restore?: boolean;
  /** `enable_criu`. */
  readonly criu?: boolean;
}

/** A node of containerd, whose programs are in `folder` on the host. */
export function containerdParts(settings: Settings, host: HostFacts, folder: string): RuntimeParts {
  const registry = `http://${settings.host}:${settings.registryPort}`;
  return {
    settings: {
      'containerd.toml': containerdConfig(settings, host),
      runtime: { program: '#!/bin/sh\nexec containerd --config /node/containerd.toml\n' },
    },
    root: {
      [`etc/containerd/certs.d/${settings.registryName}/hosts.toml`]: [
        `server = "${registry}"`,
        `[host."${registry}"]`,
        '  capabilities = ["pull", "resolve"]',
        '',
      ].join('\n'),
    },
    socket: '/run/containerd/containerd.sock',
    storage: '/var/lib/containerd',
    programs: [folder],
  };
}

/**
 * containerd's configuration, version 3 (containerd 2.x). Its CRI plugin pulls through certs.d, and keeps CRIU's log of
 * the last restore in /node/criu, which it would delete with the task.
 */
export function containerdConfig(
  { registryName }: Settings,
  { sysResource }: HostFacts,
  { restore = true, criu = true }: ContainerdSwitches = {},
): string {
  const runtime = `[plugins."io.containerd.cri.v1.runtime"`;
  return [
    'version = 3',
    'root = "/var/lib/containerd"',
    'state = "/run/containerd"',
    '[grpc]',
    'address = "/run/containerd/containerd.sock"',
    '[plugins."io.containerd.cri.v1.images"]',
    'snapshotter = "overlayfs"',
    '[plugins."io.containerd.cri.v1.images".pinned_images]',
    `sandbox = "${registryName}/pause:1"`,
    '[plugins."io.containerd.cri.v1.images".registry]',
    'config_path = "/etc/containerd/certs.d"',
    `${runtime}]`,
    // Only where it must be: a node of the real world does not have it.
    ...(sysResource ? [] : ['restrict_oom_score_adj = true']),
    `enable_criu = ${criu}`,
    `enable_experimental_restore_via_create = ${restore}`,
    `${runtime}.cni]`,
    'bin_dirs = ["/usr/lib/cni"]',
    'conf_dir = "/etc/cni/net.d"',
    `${runtime}.containerd.runtimes.runc]`,
    'runtime_type = "io.containerd.runc.v2"',
    `${runtime}.containerd.runtimes.runc.options]`,
    'SystemdCgroup = false',
    'CriuWorkPath = "/node/criu"',
    '',
  ].join('\n');
}
