import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { labelsOf } from '../../node/labels.ts';
import { type NodeStatus, nodeStatus } from '../../node/status.ts';
import { type Context, runAction } from '../action.ts';
import type { Io } from '../io.ts';
import { examples } from '../options.ts';
import { renderTree, type Tree } from '../tree.ts';
import { setLabels } from './label.ts';
import { addEveryOption, addNodeOptions, hostOf, type NodeOptions } from './options.ts';

interface StatusOptions extends NodeOptions {
  readonly every?: number;
}

/** Adds `thaw node status`. */
export function addStatus(node: Command, io: Io): void {
  const command = node
    .command('status')
    .description('say which restore methods work on this node, and what to change where one does not');
  addNodeOptions(addEveryOption(command))
    .addHelpText('after', examples(['thaw node status', 'This machine'], ['thaw node status --json', 'For a program']))
    .action((options: StatusOptions) => runAction(io, options, (context) => run(options, context)));
}

async function run(options: StatusOptions, context: Context): Promise<void> {
  await look(options, context);
  while (options.every !== undefined && (await waited(options.every, context.signal))) {
    // A node that is being updated has no runtime for a while.
    await look(options, context).catch((error) => context.output.error(error));
  }
}

/** Whether the time went by without somebody stopping it, which is how this ends. */
async function waited(every: number, signal: AbortSignal): Promise<boolean> {
  await sleep(every, undefined, { signal }).catch(() => {});
  return !signal.aborted;
}

async function look(options: StatusOptions, context: Context): Promise<void> {
  const status = await nodeStatus(hostOf(options), options.socket);
  if (options.labelNode !== undefined) await setLabels(options.labelNode, labelsOf(status), context);
  context.output.result(renderTree(treeOf(status), context.io.stdout), status);
}

function treeOf(status: NodeStatus): Tree {
  const { runtime, runc, criu, kernel, cgroups, thaw, isInForce, methods, findings } = status;
  const method = (name: 'image' | 'runtime') => (methods.includes(name) ? 'works' : 'does not work');
  const children = [
    { label: 'runtime', value: `${runtime.name} ${runtime.version} (${runtime.socket})` },
    { label: 'runc', value: runc ?? 'missing' },
    { label: 'CRIU', value: criu ?? 'missing' },
    { label: 'kernel', value: `${kernel}, cgroup v${cgroups}` },
    { label: 'thaw', value: `${thaw}, ${isInForce ? 'its handler is in force' : 'its handler is not in force'}` },
    { label: 'restore method runtime', value: method('runtime') },
    { label: 'restore method image', value: method('image') },
    { label: 'to change', value: `${findings.length}`, children: findings.map(findingTree) },
  ];
  return { label: 'this node', children };
}

function findingTree({ what, change, hinders }: NodeStatus['findings'][number]): Tree {
  return { label: `${what} (${hinders.join(', ')})`, children: [{ label: change }] };
}
