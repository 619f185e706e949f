import { execa } from 'execa';
import type { NodeSettings, Settings } from './settings.ts';

/** Makes the bridge that the nodes are plugged into, with this host's address on it. */
export async function makeBridge({ bridge, host, state }: Settings): Promise<void> {
  await ip('link', 'add', bridge, 'type', 'bridge');
  await ip('addr', 'add', `${host}/24`, 'dev', bridge);
  // What other beds on this host find this one by.
  await ip('link', 'set', bridge, 'alias', state);
  await ip('link', 'set', bridge, 'up');
}

/** Plugs a node in: a cable from the bridge to its network namespace, its address, and the ways to all pods. */
export async function plugIn(settings: Settings, node: NodeSettings, init: number): Promise<void> {
  await ip('link', 'add', node.link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', `${init}`);
  await ip('link', 'set', node.link, 'master', settings.bridge, 'up');
  const inside = (...args: readonly string[]) => execa('nsenter', ['-t', `${init}`, '-n', 'ip', ...args]);
  await inside('link', 'set', 'eth0', 'up');
  // The node's first process waits for this address, so the ways come before it where they can.
  await inside('addr', 'add', `${node.address}/24`, 'dev', 'eth0');
  for (const other of settings.nodes)
    if (other.name !== node.name) await inside('route', 'add', other.pods, 'via', other.address);
  await ip('route', 'replace', node.pods, 'via', node.address);
}

/** Removes every link of the bed; what is not there is passed over. Routes go with their links. */
export async function unplug({ bridge, nodes }: Settings): Promise<void> {
  for (const link of [...nodes.map((node) => node.link), bridge])
    await execa('ip', ['link', 'del', link], { reject: false });
}

/** The state folder of the bed that has this bridge, '' when somebody else made it, undefined when it is not there. */
export async function bridgeOwner({ bridge }: Settings): Promise<string | undefined> {
  const found = (await bridges()).find(({ ifname }) => ifname === bridge);
  return found && (found.ifalias ?? '');
}

/** The state folders of the other beds that are up on this host. */
export async function otherBeds({ bridge }: Settings): Promise<string[]> {
  const others = (await bridges()).filter(({ ifname = '' }) => /^thaw\d+$/.test(ifname) && ifname !== bridge);
  return others.flatMap(({ ifalias }) => (ifalias === undefined ? [] : [ifalias]));
}

interface Bridge {
  readonly ifname?: string;
  readonly ifalias?: string;
}

async function bridges(): Promise<readonly Bridge[]> {
  const { stdout } = await execa('ip', ['-json', 'link', 'show', 'type', 'bridge']);
  // iproute2 writes nothing at all where there is none, and empty objects for links of other types.
  return JSON.parse(stdout || '[]') as readonly Bridge[];
}

async function ip(...args: readonly string[]): Promise<void> {
  await execa('ip', args);
}
