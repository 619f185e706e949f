import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { NodeSettings, Settings } from './settings.ts';

/** Files by their path: text, or a program. */
export type Files = Readonly<Record<string, string | { readonly program: string }>>;

/** What the nodes must know of this host to start containers on it. */
export interface HostFacts {
  /** Without CAP_SYS_RESOURCE nobody here can lower oom_score_adj. */
  readonly sysResource: boolean;
  readonly cgroups: 1 | 2;
}

/** A node's runtime: what it wants on the node, and how it is started. */
export interface RuntimeParts {
  /** Below /node. Holds `runtime`, the program that runs the daemon in the foreground. */
  readonly settings: Files;
  /** Below the node's root. */
  readonly root: Files;
  readonly socket: string;
  /** Where it keeps images and containers; must not be on an overlay. */
  readonly storage: string;
  /** Folders of the host with its programs, seen in the node at /opt/<n> and on its PATH. */
  readonly programs: readonly string[];
}

/** What every node has in its root, whatever its runtime is. */
export function commonFiles(settings: Settings, node: NodeSettings, host: HostFacts): Files {
  const pods = {
    cniVersion: '1.0.0',
    name: 'pods',
    plugins: [
      {
        type: 'bridge',
        bridge: 'cni0',
        isGateway: true,
        ipMasq: false,
        hairpinMode: true,
        ipam: { type: 'host-local', ranges: [[{ subnet: node.pods }]], routes: [{ dst: '0.0.0.0/0' }] },
      },
    ],
  };
  return {
    'etc/cni/net.d/10-pods.conflist': JSON.stringify(pods, undefined, 2),
    // A connection to somebody who is not there at the restore would fail it.
    'etc/criu/runc.conf': host.cgroups === 1 ? 'tcp-close\n' : 'tcp-close\nmanage-cgroups=ignore\n',
    'etc/hosts': `127.0.0.1 localhost\n${settings.host} ${settings.registryName}\n`,
    'etc/resolv.conf': '# no name server: the bed has none\n',
  };
}

/** Writes files below a folder. */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === 'string' ? content : content.program);
    if (typeof content !== 'string') await chmod(path, 0o755);
  }
}
