import { readFile } from 'node:fs/promises';
import type { ExecutionContext } from 'ava';
import { thisMachine } from '../../scripts/cluster/machine.ts';
import { missing } from '../../scripts/cluster/requirements.ts';
import { isWorkloadBuilt, workloadGo } from '../../scripts/cluster/workload.ts';
import { machineCgroups } from '../../scripts/podman/cgroups.ts';
import { type Machine, type Said, startMachine } from '../../scripts/podman/machine.ts';
import { buildPodmanRoot, CACHE, podmanRoot } from '../../scripts/podman/root.ts';
import type { Peer } from './peer.ts';

// Machines with Debian 13's Podman, which can checkpoint and restore where the host's own cannot.

const isBuilt = (await podmanRoot()) !== undefined;
const required = process.env['THAW_REQUIRE_PEERS'] === '1';

/** What a test with such machines needs. Where peers are required, the first test that wants a root makes it. */
export const PODMAN_PEERS: readonly Peer[] = [
  {
    name: 'the root with Podman',
    isThere: isBuilt || required,
    install: 'scripts/peers/podman-root',
  },
  ...(await lacks()).map((install) => ({ name: 'what the machines with Podman run on', isThere: false, install })),
];

async function lacks(): Promise<string[]> {
  const compile = (await isWorkloadBuilt({ cache: CACHE })) ? [] : [await workloadGo()];
  const host = missing(await thisMachine(), { compile, debian: !isBuilt, run: true });
  try {
    machineCgroups(await readFile('/proc/self/mountinfo', 'utf8'), 'test');
    return host;
  } catch (error) {
    return [...host, (error as Error).message];
  }
}

/** Podman on a machine of its own. */
export interface Podman extends Pick<Machine, 'shared'> {
  /** `podman <args>`: what it prints. Throws Error with what it says when it fails. */
  ok(...args: readonly string[]): Promise<string>;
  /** `podman <args>`, whatever its exit code. */
  try(...args: readonly string[]): Promise<Said>;
}

/** How a machine differs from the others. */
export interface PodmanOptions {
  /** Plain HTTP registries by the name that this Podman knows them by. */
  readonly registries: Readonly<Record<string, string>>;
  readonly cgroups?: 1 | 2;
  /** Files of the machine's own, by their path without a leading slash. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Starts a machine that ends with the test. Two of them share nothing but the network and the registries in it. */
export async function startPodman(t: ExecutionContext, options: PodmanOptions): Promise<Podman> {
  const { registries, files = {}, ...rest } = options;
  if ((await podmanRoot()) === undefined) t.timeout(15 * 60_000, 'a Debian root with Podman is made');
  const base = await buildPodmanRoot((line) => t.log(line));
  const machine = await startMachine({ base, files: { ...filesOf(registries), ...files }, ...rest });
  t.teardown(() => machine.stop());
  const run = (...args: readonly string[]) => machine.run('podman', ...args);
  return {
    shared: machine.shared,
    try: run,
    ok: async (...args) => {
      const { exitCode, stdout, stderr } = await run(...args);
      if (exitCode !== 0) throw new Error(`podman ${args.join(' ')} ended with ${exitCode}:\n${stderr}`);
      return stdout;
    },
  };
}

/** crun wants cgroups of one version only; a hybrid host's v2 hierarchy offers no pids controller to limit by. */
const SETTINGS = `[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
[containers]
pids_limit = 0
`;

function filesOf(registries: PodmanOptions['registries']): Record<string, string> {
  const entries = Object.entries(registries).map(
    ([name, address]) => `[[registry]]\nprefix = "${name}"\nlocation = "${address}"\ninsecure = true\n`,
  );
  return {
    'etc/hosts': '127.0.0.1 localhost\n',
    'etc/containers/containers.conf': SETTINGS,
    'etc/containers/registries.conf.d/test.conf': entries.join('\n'),
  };
}
